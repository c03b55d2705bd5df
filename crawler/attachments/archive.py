"""ZIP archives: each member read as an attachment of its own, archives in it too, all within one room.

Nothing is ever written under a name from the archive.
"""

import zipfile
from collections.abc import Callable

from crawler.attachments.reading import (
    BYTES,
    CHARACTERS,
    DEPTH,
    MALFORMED,
    MEMBERS,
    AttachmentError,
    AttachmentText,
    Room,
    not_checked,
)
from crawler.attachments.unpack import member, member_name, opened

#: What reads one member: its name, its bytes, the room left.
ReadOne = Callable[[str, bytes, Room], AttachmentText]
_LEFT_BY_SYSTEMS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def read(name: str, body: bytes, room: Room, read_one: ReadOne) -> AttachmentText:
    """The members' texts; the parts are named 附件.zip/名单.xlsx.

    Raises:
        AttachmentError: it is broken, or lies too deep in other archives.
    """
    if room.depth >= DEPTH:
        raise AttachmentError(f"too-large 压缩包套压缩包超过{DEPTH}层，未读")
    done = AttachmentText()
    room.depth += 1
    try:
        with opened(body) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            members = [one for one in members if not _left_by_system(member_name(one))]
            for index, one in enumerate(members):
                if why := _no_room(room):
                    why = f"too-large 压缩包内{why}，其余{len(members) - index}个文件未读"
                    return done + AttachmentText((), (not_checked(name, why),))
                room.members -= 1
                done += _member(name, archive, one, room, read_one)
    finally:
        room.depth -= 1
    if not members:
        raise AttachmentError("layout 压缩包是空的")
    return done


def _no_room(room: Room) -> str:
    """What there is too much of already, "" while there is room."""
    if room.members <= 0:
        return f"文件超过{MEMBERS}个"
    return f"文字超过{CHARACTERS // 10000}万字" if room.characters <= 0 else ""


def _member(
    name: str, archive: zipfile.ZipFile, one: zipfile.ZipInfo, room: Room, read_one: ReadOne
) -> AttachmentText:
    inner = f"{name}/{member_name(one)}"
    try:
        body = member(archive, one, BYTES, room)
    except AttachmentError as error:
        return AttachmentText((), (not_checked(inner, str(error)),))
    except MALFORMED:
        return AttachmentText((), (not_checked(inner, "layout 压缩包内文件已损坏，无法读取"),))
    return read_one(inner, body, room)


def _left_by_system(name: str) -> bool:
    return name.startswith(_LEFT_BY_SYSTEMS[0]) or name.rpartition("/")[2] in _LEFT_BY_SYSTEMS
