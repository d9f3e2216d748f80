"""Buttons that lead to the repository, shown only once its address is known.

The one setting is `repository.url` in _config.yml. While it is empty there is no button for
editing, issues, Colab or Binder, and so no dead link.
"""

BUTTONS = ["use_repository_button", "use_edit_page_button", "use_issues_button"]
SERVICES = {
    "colab_url": "https://colab.research.google.com",
    "binderhub_url": "https://mybinder.org",
}


def theme_options(options):
    """Return the theme's options with every button that the repository's address allows.

    Parameters
    ----------
    options : dict
        The options as _config.yml gives them; `repository_url` is the address or empty.

    Returns
    -------
    dict
        A changed copy.
    """
    url = (options.get("repository_url") or "").rstrip("/")
    launch = dict(options.get("launch_buttons") or {})
    # Colab and Binder open notebooks from GitHub only.
    services = SERVICES if url.startswith("https://github.com/") else {}
    launch = {key: value for key, value in launch.items() if key not in SERVICES} | services
    return {
        **options,
        "repository_url": url,
        "launch_buttons": launch,
        **dict.fromkeys(BUTTONS, bool(url)),
    }


def _configure(app, config):
    config.html_theme_options = theme_options(config.html_theme_options)


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", _configure)  # before the theme reads its options
    return {"parallel_read_safe": True, "parallel_write_safe": True}
