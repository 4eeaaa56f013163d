"""The library page: what is indexed, what could not be read, and the builds that keep it up to date."""
