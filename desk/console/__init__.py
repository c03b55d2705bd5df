"""The console: where editors and the office work, in a browser. `create_app` makes it of a `Hall`."""
