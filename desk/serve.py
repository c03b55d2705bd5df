"""`lanmu serve`: the console, its API and the editors' server on one port."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from checks.model import BadInput
from desk.options import Db, database

if TYPE_CHECKING:
    from desk.console.hall import Hall


@contextmanager
def opened_hall(files: Sequence[Path], db: str) -> "Iterator[Hall]":
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
            Settings(),
            clock.now,
            clock.today,
            address=db,
            files={id: file.resolve() for id, (_, file) in sites.items()},
        )
    finally:
        engine.dispose()


def serve(
    *sites: Annotated[Path, Parameter(help="站点文件(YAML),可写多个", negative=())],
    host: Annotated[str, Parameter(help="在哪个地址上提供服务；默认只供本机访问")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="端口")] = 8600,
    db: Db = None,
) -> int:
    """打开控制台：检查稿件、审校、台账、词表、通报，以及供Office和浏览器插件用的检查服务。

    用法: lanmu serve 站点.yaml… [选项]
    """
    import uvicorn

    from desk.console.app import create_app

    if not 0 <= port < 65536:
        raise BadInput(f"端口{port}不对；应为0至65535")
    with opened_hall(sites, database(db)) as hall:
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(hall), host=host, port=port, log_config=None, server_header=False,
                timeout_graceful_shutdown=10, limit_concurrency=1000,
            )
        )  # fmt: skip
        print(f"控制台已打开：http://{host}:{port}/  按Ctrl-C结束", flush=True)
        server.run()
    return 0
