"""The console: pages rendered on the server, kept alive in the browser by a few small scripts."""
