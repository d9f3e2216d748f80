"""The Python side of a live page: it runs cells inside Pyodide and sends what they show."""
