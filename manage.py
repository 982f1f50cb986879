"""Django's own commands: `python manage.py COMMAND`."""

from __future__ import annotations

from wavepool.site.manage import main

if __name__ == "__main__":
    main()
