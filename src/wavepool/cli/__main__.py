"""`python -m wavepool.cli`, where no script is installed."""

from wavepool.cli.app import main

main()
