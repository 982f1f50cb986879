"""The platform's commands of the terminal, added through the entry points `wavepool.commands`."""
