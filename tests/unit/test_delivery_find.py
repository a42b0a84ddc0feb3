"""Finding the watch: mounts of three systems, names in any case, storages, links, several devices, and none."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from syncer.delivery.device_xml import parse_sheet
from syncer.delivery.target import Via
from syncer.delivery.usb import LINUX, MACOS, WINDOWS, MountRoots, find_watches, mount_roots, require_watches, target_at
from syncer.errors import ExitCode, NoWatchError, SyncerError, UsageError

NAMESPACE = "http://www.garmin.com/xmlschemas/GarminDevice/v2"


def sheet(
    *ways: tuple[str, str], identity: str = "3412345678", kind: str = "FIT_TYPE_5", xmlns: str = NAMESPACE
) -> str:
    """A GarminDevice.xml, with ``ways`` as (direction, path) of one data type."""
    files = "".join(
        f"<File><Specification><Identifier>FIT</Identifier></Specification><Location><Path>{path}</Path>"
        f"<FileExtension>FIT</FileExtension></Location><TransferDirection>{way}</TransferDirection></File>"
        for way, path in ways
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\n<Device xmlns="{xmlns}"><Model>'
        "<PartNumber>006-B0000-00</PartNumber><SoftwareVersion>1705</SoftwareVersion>"
        f"<Description>Forerunner 265</Description></Model><Id>{identity}</Id><MassStorageMode>"
        f"<DataType><Name>FIT_TYPE_4</Name></DataType><DataType><Name>{kind}</Name>{files}</DataType>"
        "</MassStorageMode></Device>"
    )


def watch_at(root: Path, new_files: str = "GARMIN/NewFiles", xml: str | None = None) -> Path:
    """A folder that looks like a watch; returns where files go in."""
    folder = root / new_files
    folder.mkdir(parents=True)
    if xml is not None:
        (folder.parent / "GarminDevice.xml").write_text(xml, encoding="utf-8")
    return folder


def snapshot(root: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(root)): path.read_bytes() if path.is_file() else None for path in root.rglob("*")}


# --- where it looks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "layout",
    [
        "GARMIN/NewFiles",
        "GARMIN/NEWFILES",
        "Garmin/NewFiles",
        "garmin/newfiles",
        "Internal Storage/GARMIN/NewFiles",
        "INTERNAL STORAGE/garmin/NEWFILES",
        "Primary/GARMIN/NewFiles",
        "primary/Garmin/newFiles",
    ],
)
@pytest.mark.parametrize("system", [LINUX, MACOS, WINDOWS])
def test_new_files_in_any_case_and_storage(tmp_path: Path, system: str, layout: str) -> None:
    folder = watch_at(tmp_path / "volume", layout)
    roots = MountRoots(mounts=(tmp_path / "volume",)) if system == WINDOWS else MountRoots(parents=(tmp_path,))
    before = snapshot(tmp_path)
    (found,) = find_watches(system, roots)
    assert (found.folder, found.via, found.name) == (folder, Via.DRIVE, "volume")
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("storage", ["Internal Storage", "Primary", "Internal storage", "Whatever the watch calls it"])
def test_mtp_mounts_of_gvfs(tmp_path: Path, storage: str) -> None:
    folder = watch_at(tmp_path / "gvfs" / "mtp:host=091e_4f42_0000cafe", f"{storage}/GARMIN/NewFiles", sheet())
    (tmp_path / "gvfs" / "sftp:host=elsewhere" / "GARMIN" / "NewFiles").mkdir(parents=True)
    (found,) = find_watches(LINUX, MountRoots(gvfs=(tmp_path / "gvfs",), gio="/opt/gio"))
    assert (found.folder, found.via, found.gio) == (folder, Via.MTP, "/opt/gio")
    assert (found.device, found.name) == ("3412345678", "Forerunner 265")


@pytest.mark.parametrize("system", [MACOS, WINDOWS])
def test_gvfs_is_a_thing_of_linux(tmp_path: Path, system: str) -> None:
    watch_at(tmp_path / "gvfs" / "mtp:host=x")
    assert find_watches(system, MountRoots(gvfs=(tmp_path / "gvfs",))) == []


def test_two_devices_are_both_found_once_each(tmp_path: Path) -> None:
    first = watch_at(tmp_path / "media" / "GARMIN", xml=sheet(identity="111"))
    second = watch_at(tmp_path / "media" / "GARMIN1", xml=sheet(identity="222"))
    # The same watch again, seen through GVFS as well.
    watch_at(tmp_path / "gvfs" / "mtp:host=x", "Internal Storage/GARMIN/NewFiles", sheet(identity="111"))
    found = find_watches(LINUX, MountRoots(parents=(tmp_path / "media",), gvfs=(tmp_path / "gvfs",)))
    assert [(watch.device, watch.folder) for watch in found] == [("111", first), ("222", second)]


def test_one_folder_below_two_roots_is_one_watch(tmp_path: Path) -> None:
    watch_at(tmp_path / "mnt")
    assert len(find_watches(LINUX, MountRoots(parents=(tmp_path,), mounts=(tmp_path / "mnt",)))) == 1


def test_a_watch_without_an_id_is_known_by_its_place(tmp_path: Path) -> None:
    folder = watch_at(tmp_path / "volume")
    (found,) = find_watches(LINUX, MountRoots(parents=(tmp_path,)))
    assert found.device == str(folder)
    assert target_at(tmp_path / "volume").device == target_at(tmp_path / "volume" / "GARMIN").device == found.device


def test_links_are_not_followed(tmp_path: Path) -> None:
    real = tmp_path / "real"
    watch_at(real)
    mounts = tmp_path / "mounts"
    (mounts / "by-garmin").mkdir(parents=True)
    (mounts / "by-new-files" / "GARMIN").mkdir(parents=True)
    (mounts / "by-volume").symlink_to(real)
    (mounts / "by-garmin" / "GARMIN").symlink_to(real / "GARMIN")
    (mounts / "by-new-files" / "GARMIN" / "NewFiles").symlink_to(real / "GARMIN" / "NewFiles")
    assert find_watches(LINUX, MountRoots(parents=(mounts,))) == []


def test_the_search_is_bounded(tmp_path: Path) -> None:
    deep = tmp_path / "disk" / "a" / "b"
    watch_at(deep)
    for number in range(50):
        (tmp_path / "disk" / f"folder {number}" / "GARMIN" / "NewFiles").mkdir(parents=True)
    assert find_watches(LINUX, MountRoots(parents=(tmp_path,))) == []


def test_what_is_no_folder_or_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "volume").mkdir()
    (tmp_path / "volume" / "GARMIN").write_text("a file with the folder's name")
    missing = tmp_path / "not there"
    assert find_watches(LINUX, MountRoots(parents=(tmp_path, missing), mounts=(missing,), gvfs=(missing,))) == []


def test_the_garmin_folder_with_new_files_is_chosen(tmp_path: Path) -> None:
    (tmp_path / "volume" / "GARMIN").mkdir(parents=True)
    folder = watch_at(tmp_path / "volume", "Garmin/NewFiles")
    if len(list((tmp_path / "volume").iterdir())) < 2:
        pytest.skip("this file system does not tell GARMIN from Garmin")
    assert find_watches(LINUX, MountRoots(parents=(tmp_path,)))[0].folder == folder


def test_roots_of_each_system() -> None:
    linux = mount_roots(LINUX, {"USER": "anna", "XDG_RUNTIME_DIR": "/run/user/1234"})
    assert {Path("/media/anna"), Path("/run/media/anna"), Path("/mnt")} <= set(linux.parents)
    assert Path("/run/user/1234/gvfs") in linux.gvfs
    assert Path(f"/run/user/{os.getuid()}/gvfs") in linux.gvfs
    assert mount_roots(MACOS, {}).parents == (Path("/Volumes"),)
    drives = mount_roots(WINDOWS, {}).mounts
    assert Path("E:\\") in drives
    assert Path("C:\\") not in drives


# --- GarminDevice.xml -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ways", "inbox"),
    [
        ([("OutputFromUnit", "GARMIN/Workouts"), ("InputToUnit", "GARMIN/Inbox")], "GARMIN/Inbox"),
        ([("InputToUnit", "garmin\\inbox\\")], "GARMIN/Inbox"),
        ([("InputToUnit", "/GARMIN/INBOX/"), ("InputToUnit", "garmin/inbox")], "GARMIN/Inbox"),
        ([("InputToUnit", "Inbox")], "GARMIN/Inbox"),
        ([("InputOutput", "GARMIN/Inbox")], "GARMIN/Inbox"),
        # not one place, not there, or not a place at all: NewFiles
        ([("InputToUnit", "GARMIN/Inbox"), ("InputToUnit", "GARMIN/Other")], "GARMIN/NewFiles"),
        ([("InputToUnit", "GARMIN/Missing")], "GARMIN/NewFiles"),
        ([("InputToUnit", "../../etc")], "GARMIN/NewFiles"),
        ([("InputToUnit", "GARMIN/../../outside")], "GARMIN/NewFiles"),
        ([("InputToUnit", "C:/Windows")], "GARMIN/NewFiles"),
        ([("InputToUnit", "")], "GARMIN/NewFiles"),
        ([("OutputFromUnit", "GARMIN/Inbox")], "GARMIN/NewFiles"),
        ([], "GARMIN/NewFiles"),
    ],
)
def test_the_folder_that_the_device_names_is_preferred(tmp_path: Path, ways: list[tuple[str, str]], inbox: str) -> None:
    root = tmp_path / "mounts" / "volume"
    watch_at(root, xml=sheet(*ways))
    (root / "GARMIN" / "Inbox").mkdir()
    (root / "GARMIN" / "Other").mkdir()
    (tmp_path / "mounts" / "outside").mkdir()
    (found,) = find_watches(LINUX, MountRoots(parents=(tmp_path / "mounts",)))
    assert found.folder == root / inbox


def test_the_named_folder_is_relative_to_the_storage(tmp_path: Path) -> None:
    root = tmp_path / "volume" / "Internal Storage"
    watch_at(root, xml=sheet(("InputToUnit", "Garmin/Inbox")))
    (root / "GARMIN" / "Inbox").mkdir()
    assert find_watches(LINUX, MountRoots(parents=(tmp_path,)))[0].folder == root / "GARMIN" / "Inbox"


def test_a_named_folder_that_is_a_link_is_not_used(tmp_path: Path) -> None:
    root = tmp_path / "volume"
    folder = watch_at(root, xml=sheet(("InputToUnit", "GARMIN/Inbox")))
    (root / "GARMIN" / "Inbox").symlink_to(tmp_path)
    assert find_watches(LINUX, MountRoots(parents=(tmp_path,)))[0].folder == folder


def test_other_data_types_say_nothing_of_workouts() -> None:
    found = parse_sheet(sheet(("InputToUnit", "GARMIN/Courses"), kind="FIT_TYPE_6").encode())
    assert found is not None
    assert found.inbox is None


@pytest.mark.parametrize("xmlns", [NAMESPACE, "http://www.garmin.com/xmlschemas/GarminDevice/v1", ""])
def test_namespaces_do_not_matter(xmlns: str) -> None:
    found = parse_sheet(sheet(("InputToUnit", "GARMIN/NEWFILES"), xmlns=xmlns).encode())
    assert found is not None
    assert (found.id, found.model, found.inbox) == ("3412345678", "Forerunner 265", "GARMIN/NEWFILES")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"<Device>",
        b"<Device/>",
        b"\xff\xfe<\x00D\x00",
        b"<!DOCTYPE d [<!ENTITY a '12'><!ENTITY b '&a;&a;'>]><Device><Id>&b;</Id></Device>",
        b"<Device><Id>1</Id>",
        b"<Device><Id>../../1</Id><Model><Description></Description></Model></Device>",
        b"x" * 3_000_000,
    ],
    ids=["empty", "zeros", "open", "bare", "utf-16", "entities", "cut", "odd id", "huge"],
)
def test_a_damaged_sheet_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    folder = watch_at(tmp_path / "volume")
    (folder.parent / "GarminDevice.xml").write_bytes(content)
    (found,) = find_watches(LINUX, MountRoots(parents=(tmp_path,)))
    assert (found.folder, found.device, found.name) == (folder, str(folder), "volume")


def test_a_byte_order_mark_does_not_hurt() -> None:
    found = parse_sheet(b"\xef\xbb\xbf" + sheet(("InputToUnit", "GARMIN/NewFiles")).encode())
    assert found is not None
    assert found.id == "3412345678"


# --- nothing found ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "words"), [(LINUX, "gio"), (MACOS, "OpenMTP"), (WINDOWS, "drive letter"), ("FreeBSD", "mount it")]
)
def test_no_watch_says_what_to_try_on_this_system(tmp_path: Path, system: str, words: str) -> None:
    with pytest.raises(NoWatchError) as caught:
        require_watches(system, MountRoots(parents=(tmp_path,)))
    assert caught.value.exit_code is ExitCode.NO_WATCH == 69
    assert caught.value.code == "no-watch"
    assert words in caught.value.hint
    assert "--to PATH" in caught.value.hint


def test_a_watch_without_new_files_is_named_and_none_is_made(tmp_path: Path) -> None:
    (tmp_path / "volume" / "GARMIN" / "Workouts").mkdir(parents=True)
    before = snapshot(tmp_path)
    with pytest.raises(NoWatchError) as caught:
        require_watches(LINUX, MountRoots(parents=(tmp_path,)))
    assert caught.value.code == "no-new-files"
    assert caught.value.exit_code is ExitCode.NO_WATCH
    assert snapshot(tmp_path) == before


def test_an_mtp_device_without_a_garmin_folder_is_mentioned(tmp_path: Path) -> None:
    (tmp_path / "gvfs" / "mtp:host=phone" / "Internal Storage" / "DCIM").mkdir(parents=True)
    with pytest.raises(NoWatchError) as caught:
        require_watches(LINUX, MountRoots(gvfs=(tmp_path / "gvfs",)))
    assert "MTP" in caught.value.why


def test_a_linked_new_files_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "mounts" / "volume" / "GARMIN").mkdir(parents=True)
    (tmp_path / "mounts" / "volume" / "GARMIN" / "NewFiles").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SyncerError) as caught:
        require_watches(LINUX, MountRoots(parents=(tmp_path / "mounts",)))
    assert caught.value.code == "symlinked-target"


# --- --to PATH --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["GARMIN/NewFiles", "garmin/NEWFILES", "Internal Storage/GARMIN/NewFiles"])
def test_every_step_of_a_watch_leads_to_new_files(tmp_path: Path, layout: str) -> None:
    folder = watch_at(tmp_path / "volume", layout, sheet())
    for path in [folder, *folder.parents[: layout.count("/") + 1]]:
        target = target_at(path)
        assert (target.folder, target.device, target.is_watch) == (folder, "3412345678", True), path


def test_any_other_folder_is_used_itself(tmp_path: Path) -> None:
    target = target_at(tmp_path)
    assert (target.folder, target.via, target.is_watch, target.device) == (tmp_path, Via.FOLDER, False, str(tmp_path))


def test_a_renamed_garmin_folder_leads_to_its_new_files(tmp_path: Path) -> None:
    (tmp_path / "watch" / "NewFiles").mkdir(parents=True)
    assert target_at(tmp_path / "watch").folder == tmp_path / "watch" / "NewFiles"


def test_a_path_may_be_relative_or_end_in_a_slash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = watch_at(tmp_path / "volume")
    monkeypatch.chdir(tmp_path)
    assert target_at(Path("volume/")).folder == folder
    assert target_at(Path("volume/../volume/GARMIN")).folder == folder
    monkeypatch.chdir(tmp_path / "volume")
    assert target_at(Path()).folder == folder


def test_a_gvfs_path_goes_through_gio(tmp_path: Path) -> None:
    folder = watch_at(tmp_path / "gvfs" / "mtp:host=x", "Primary/GARMIN/NewFiles")
    for path in (tmp_path / "gvfs" / "mtp:host=x", folder, folder.parent):
        assert target_at(path, MountRoots(gio="mygio")).via is Via.MTP
        assert target_at(path, MountRoots(gio="mygio")).gio == "mygio"


def test_a_garmin_folder_without_new_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "GARMIN").mkdir()
    for path in (tmp_path, tmp_path / "GARMIN"):
        with pytest.raises(NoWatchError) as caught:
            target_at(path)
        assert caught.value.code == "no-new-files"
    assert snapshot(tmp_path) == {"GARMIN": None}


def test_a_path_that_is_not_there_or_no_folder_is_a_wrong_word(tmp_path: Path) -> None:
    (tmp_path / "file.fit").write_bytes(b"x")
    for path, code in ((tmp_path / "nowhere", "no-such-folder"), (tmp_path / "file.fit", "not-a-folder")):
        with pytest.raises(UsageError) as caught:
            target_at(path)
        assert caught.value.code == code
        assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize("link", ["root", "garmin", "new files", "dangling", "loop"])
def test_linked_paths_are_refused(tmp_path: Path, link: str) -> None:
    real = watch_at(tmp_path / "real")
    (tmp_path / "volume" / "GARMIN").mkdir(parents=True)
    named = tmp_path / "volume"
    if link == "root":
        named = tmp_path / "link"
        named.symlink_to(tmp_path / "real")
    elif link == "garmin":
        (tmp_path / "volume" / "GARMIN").rmdir()
        (tmp_path / "volume" / "GARMIN").symlink_to(real.parent)
    elif link == "new files":
        (tmp_path / "volume" / "GARMIN" / "NewFiles").symlink_to(real)
    elif link == "dangling":
        named = tmp_path / "link"
        named.symlink_to(tmp_path / "nowhere")
    else:
        named = tmp_path / "link"
        named.symlink_to(named)
    with pytest.raises(SyncerError) as caught:
        target_at(named)
    assert caught.value.code == "symlinked-target"
    assert list(real.iterdir()) == []


def test_the_page_names_every_error_with_its_exit_code() -> None:
    repo = Path(__file__).parents[2]
    names = ("advice", "failures", "writing", "usb")
    source = "".join((repo / "syncer" / "delivery" / f"{name}.py").read_text(encoding="utf-8") for name in names)
    raised = set(re.findall(r'(?:Error|return _gone)\(\s*"([a-z-]+)"', source)) | {"no-such-folder", "not-a-folder"}
    page = (repo / "docs" / "how-to" / "usb.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[a-z`, -]+) \| (\d+)", page, re.MULTILINE)
    told = {code: int(number) for codes, number in rows for code in re.findall(r"`([a-z-]+)`", codes)}
    assert raised <= told.keys()
    assert {code for code, number in told.items() if number == 69} == {"no-watch", "no-new-files", "watch-gone"}
