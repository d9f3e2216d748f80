"""An old address leads a reader on, with the place on the page, from a server and from a disk."""

import pytest
from nnbook import moved

OLD, NEW = "chapters/a/old", "chapters/b/new"


@pytest.fixture
def folder(tmp_path):
    for name in ("a", "b"):
        (tmp_path / "chapters" / name).mkdir(parents=True)
    (tmp_path / f"{NEW}.html").write_text("<title>new</title><p id='place'>here</p>")
    moved.write([(OLD, NEW)], tmp_path, {NEW})
    return tmp_path


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("disk", [True, False])
def test_an_old_address_leads_on(browser, serve, folder, disk, scripts):
    top = folder.as_uri() if disk else serve(folder)
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{top}/{OLD}.html#place")
    page.wait_for_url(f"**/{NEW}.html*")
    assert page.title() == "new"
    assert page.url == f"{top}/{NEW}.html" + ("#place" if scripts else "")
    context.close()
