"""`lanmu serve`: the console, its API and the editors' server on one port."""

import errno
import gc
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from checks.model import BadInput
from desk.options import Db, database

if TYPE_CHECKING:
    from desk.console.hall import Hall
    from desk.console.settings import Settings

#: Objects between two collections.
GC_THRESHOLD = 20_000
#: Why an address cannot be listened on.
REFUSED = {
    errno.EADDRINUSE: "已被占用",
    errno.EACCES: "没有权限，1024以下的端口须由管理员打开",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}


@contextmanager
def opened_hall(
    files: Sequence[Path], db: str, settings: "Settings | None" = None
) -> "Iterator[Hall]":
    """The hall of these site files and this database, until it is left.

    Raises:
        BadInput: a site file has errors, two name the same site, or the database cannot be used.
    """
    from checks.site import load_site
    from crawler import clock
    from desk.console.hall import Hall
    from desk.console.settings import Settings
    from store.database import open_database

    sites = {}
    for file in files:
        site = load_site(file)
        if site.id in sites:
            raise BadInput(f"{file}: 站点“{site.id}”已由另一个站点文件给出；每个站点只写一次")
        sites[site.id] = (site, file)
    engine = open_database(db)
    try:
        yield Hall(
            engine,
            {id: site for id, (site, _) in sites.items()},
            settings or Settings(),
            clock.now,
            clock.today,
            address=db,
            files={id: file.resolve() for id, (_, file) in sites.items()},
        )
    finally:
        engine.dispose()


@contextmanager
def bound(host: str, ports: Sequence[int]) -> Iterator[socket.socket]:
    """A socket that listens on the first of these ports that is free (0: any).

    Raises:
        BadInput: none is free, or this machine has no such address.
    """
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    why = ""
    for port in ports:
        try:
            listening = socket.create_server((host, port), family=kind, backlog=512)
        except (OSError, OverflowError) as error:
            why = REFUSED.get(getattr(error, "errno", 0), "地址写法不对")
            continue
        with listening:
            yield listening
        return
    said = "、".join(str(one) for one in ports)
    raise BadInput(
        f"不能在{host}的端口{said}上提供服务（{why}）；请换一个 --port，或先关掉占用它的程序"
    )


def listen(app: Any, listening: socket.socket) -> None:
    """Serve until the process is told to end."""
    import uvicorn

    from desk.console.logs import log_to
    from desk.console.patience import Patient

    app.state.hall.warm()
    gc.collect()
    gc.freeze()  # lists are many objects that stay: no collection need look at them again
    gc.set_threshold(GC_THRESHOLD)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, proxy_headers=False,
        timeout_graceful_shutdown=10, limit_concurrency=1000, http=Patient,
    )  # fmt: skip
    log_to()
    with suppress(KeyboardInterrupt):  # how it is told
        uvicorn.Server(config).run([listening])


def serve(
    *sites: Annotated[Path, Parameter(help="站点文件(YAML),可写多个", negative=())],
    host: Annotated[str, Parameter(help="在哪个地址上提供服务；默认只供本机访问")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="端口")] = 8600,
    settings: Annotated[
        Path | None, Parameter(help="设置文件(YAML)，写法见 deploy/desk.yaml；不写则全用默认值")
    ] = None,
    plain_http: Annotated[
        bool, Parameter(help="在可信的内网里不用https对外提供服务", negative=())
    ] = False,
    db: Db = None,
) -> int:
    """打开控制台：检查稿件、审校、台账、词表、通报，以及供Office和浏览器插件用的检查服务。

    第一次使用先添加账号：lanmu accounts add 登录名 --shown 姓名 --role admin --role office

    用法: lanmu serve 站点.yaml… [选项]
    """
    if not 0 <= port < 65536:
        raise BadInput(f"端口{port}不对；应为0至65535")
    from dataclasses import replace

    from desk.console.app import create_app
    from desk.console.settings import Settings
    from desk.console.settings_file import load_settings, problems_of, said_address

    told = load_settings(settings) if settings else Settings()
    if plain_http and told.https:
        raise BadInput(f"--plain-http 与{settings}中的 https: true 矛盾；应只留一个")
    told = replace(told, plain_http=told.plain_http or plain_http)
    if host not in ("", "0.0.0.0", "::") and host not in told.names:
        told = replace(told, names=(*told.names, host.lower()))
    if problem := problems_of(told, host):
        raise BadInput(problem)
    with opened_hall(sites, database(db), told) as hall, bound(host, (port,)) as listening:
        address = said_address(told, host, listening.getsockname()[1])
        print(f"控制台已打开：{address}  按Ctrl-C结束", flush=True)
        _say_if_nobody(hall)
        listen(create_app(hall), listening)
    return 0


def _say_if_nobody(hall: "Hall") -> None:
    """Whoever starts it for the first time is told how the first person gets in."""
    from store.accounts import count_accounts
    from store.database import reading

    with reading(hall.engine) as connection:
        if not count_accounts(connection):
            said = "lanmu accounts add 登录名 --shown 姓名 --role admin --role office"
            print(f"还没有账号，谁都不能登录；请另开一个窗口运行：{said}", flush=True)
