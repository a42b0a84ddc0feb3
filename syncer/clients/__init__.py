"""The only importers of garminconnect, stravalib and requests; they load when first used."""
