"""A folder that stands for a watch: what it shows to a computer when its cable is plugged in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from syncer.demo.fit_files import SERIAL

NEW_FILES: Final = "GARMIN/NewFiles"
"""Where a watch takes in files."""

_SHEET: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<Device xmlns="http://www.garmin.com/xmlschemas/GarminDevice/v2">
  <Model>
    <PartNumber>006-B4315-00</PartNumber>
    <SoftwareVersion>2209</SoftwareVersion>
    <Description>Demo watch</Description>
  </Model>
  <Id>{SERIAL}</Id>
  <MassStorageMode>
    <DataType>
      <Name>FIT_TYPE_5</Name>
      <File>
        <Location><Path>GARMIN/NewFiles</Path><FileExtension>FIT</FileExtension></Location>
        <TransferDirection>InputToUnit</TransferDirection>
      </File>
    </DataType>
  </MassStorageMode>
</Device>
"""


def files() -> Mapping[str, bytes]:
    """What lies on it, by path; its other folders are empty."""
    return {"GARMIN/GarminDevice.xml": _SHEET.encode()}
