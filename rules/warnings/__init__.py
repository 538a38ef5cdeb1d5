"""Early warnings: where a room is heading, told while there is still time to do something."""
