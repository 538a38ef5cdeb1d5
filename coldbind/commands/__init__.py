"""The commands of the front door, by what they are about."""
