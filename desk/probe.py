"""`lanmu probe`: opens the home page once and writes down whether it opened; a timer calls it all day."""

from typing import Annotated

from cyclopts import Parameter

from checks.model import BadInput
from checks.watch import ProbeSeen
from desk.options import Db, Json, SiteFile, database, print_json, site_to_crawl

MOST_TIMES = 1440
#: Seconds between two runs on a site that is not on loopback, at the least.
SPACED = 60.0


def probe(
    site: SiteFile,
    /,
    *,
    times: Annotated[int, Parameter(help="连续探测几次，默认1次")] = 1,
    every: Annotated[float, Parameter(help="两次探测相隔多少秒，默认1800")] = 1800.0,
    report: Annotated[bool, Parameter(help="不探测，只看近7天的情况", negative=())] = False,
    db: Db = None,
    json: Json = False,
) -> int:
    """可用性探测：打开首页（和站点文件 probe 列出的网址）一次，记下能否在15秒内打开。

    用法: lanmu probe 站点.yaml [--times 次数 --every 秒] [--report] [选项]
    """
    loaded = site_to_crawl(site)
    if not 1 <= times <= MOST_TIMES:
        raise BadInput(f"probe: --times {times}，应为1到{MOST_TIMES}")
    least = SPACED if loaded.delay else 0.0
    if times > 1 and not least <= every <= 86400:
        raise BadInput(f"probe: --every {every:g}，应为{least:g}到86400秒，以免妨碍网站")
    from crawler import clock
    from crawler.probe import probe_runs, week_of
    from desk.show import console, safe, show_unchecked
    from reports.availability import availability_json, probe_lines, week_lines

    screen = console()
    seen: list[ProbeSeen] = []
    for run in () if report else probe_runs(loaded, database(db), times=times, every=every):
        seen += run
        for line in () if json else probe_lines(loaded, run):
            screen.print(safe(line), markup=False, highlight=False)
    now = clock.now()
    weeks, judged = week_of(loaded, database(db), now)
    if json:
        print_json(availability_json(loaded, now, seen, weeks, judged))
        return 0
    for line in week_lines(loaded, weeks):
        screen.print(safe(line), markup=False, highlight=False)
    for one in judged.findings:
        screen.print(f"{one.severity.label}  {safe(one.message)}", markup=False, highlight=False)
    show_unchecked(screen, judged.unchecked)
    return 0
