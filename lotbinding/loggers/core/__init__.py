"""Pure readers of logger files, and the figures we compute beside the device's own."""
