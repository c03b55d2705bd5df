"""The `lanmu` command: names and options are the contract of design.md §7.

Heavy rooms (crawler, store) are imported inside the commands that need them: an editor's check of a
draft must start at once. Exit status: 0 done, 1 findings (`check` only), 2 could not.
"""

import errno
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, CycloptsError, Group, Parameter
from cyclopts.help import DefaultFormatter

from checks.model import BadInput
from desk import (
    accounts,
    check,
    circular,
    crawling,
    figures,
    figures_import,
    history,
    ledger,
    ledger_steps,
    media,
    monitor,
    papers,
    probe,
    remind,
    replies,
    reviews,
    rules,
)
from desk import serve as serving
from desk import terms as term_commands

COMMANDS = Group("命令", sort_key=1)
OPTIONS = Group("选项", sort_key=2)
ARGUMENTS = Group("参数", sort_key=0)


class ChineseHelp(DefaultFormatter):
    """cyclopts' help panels without its own English mark; the help texts say 必填 themselves."""

    def __call__(self, console: Any, options: Any, panel: Any) -> None:
        for entry in panel.entries:
            entry.required = False
        super().__call__(console, options, panel)


app = App(
    name="lanmu",
    help_formatter=ChineseHelp(),
    help="栏目巡查：巡查政府网站的栏目，检查错敏词，统计各单位发布情况。",
    version=lambda: version("lanmu"),
    group_commands=COMMANDS,
    group_parameters=OPTIONS,
    group_arguments=ARGUMENTS,
    usage="",  # cyclopts would head it in English; each command's first help line says it
    default_parameter=Parameter(show_default=False, show_choices=False),
)


def _several(name: str, help: str) -> App:
    """A command of several commands."""
    return App(
        name=name,
        help_formatter=ChineseHelp(),
        help=help,
        group_commands=COMMANDS,
        group_parameters=OPTIONS,
        group_arguments=ARGUMENTS,
        usage="",
        default_parameter=Parameter(show_default=False, show_choices=False),
    )


terms = _several("terms", "错敏词表的维护。")
rules_app = _several("rules", "规则与词表一览，每条规则的说明。")
rules_app.default(rules.table)
rules_app.command(rules.show, usage="")
imports = _several("import", "导入办公室自己的表格。")
imports.command(media.import_media, name="media", usage="")
imports.command(figures_import.import_figures, name="figures", usage="")
imports.command(figures_import.kinds, usage="")
imports.command(monitor.import_monitor, name="monitor", usage="")
ledger_app = _several("ledger", "整改台账：确认、通知、复查、销号，每一步都有记录。")
ledger_app.command(ledger.list_, name="list", usage="")
for step in (
    ledger.show,
    ledger_steps.confirm,
    ledger_steps.notify,
    ledger_steps.claim,
    ledger_steps.verify,
    ledger_steps.dismiss,
    ledger_steps.accept,
    ledger_steps.reopen,
    ledger_steps.exceptions,
    ledger.verify_chain,
    remind.remind,
    monitor.monitor,
    papers.papers,
    replies.replies,
):
    ledger_app.command(step, usage="")
accounts_app = _several("accounts", "控制台的账号。")
accounts_app.command(accounts.add, usage="")
accounts_app.command(accounts.list_, name="list", usage="")
for kept in (accounts.change, accounts.password, accounts.close, accounts.sessions):
    accounts_app.command(kept, usage="")
accounts_app.command(accounts.sign_out, name="sign-out", usage="")
reviews_app = _several("reviews", "三审三校：稿件审到哪一步，签发单，发布的文字与签发稿有何不同。")
reviews_app.command(reviews.list_, name="list", usage="")
reviews_app.command(reviews.show, usage="")
reviews_app.command(reviews.receipt, usage="")
app.command(terms)
app.command(rules_app)
app.command(imports)
app.command(ledger_app)
app.command(reviews_app)
app.command(accounts_app)
for one in (app, accounts_app, terms, rules_app, imports, ledger_app, reviews_app):
    one["--help"].help = "显示帮助"
    one["--help"].group = (OPTIONS,)
app["--version"].help = "显示版本"
app["--version"].group = (OPTIONS,)


for command in (
    crawling.nightly,
    crawling.audit,
    check.check,
    figures.counts,
    circular.circular,
    crawling.recheck,
    history.diff,
    history.evidence,
    probe.probe,
    serving.serve,
):
    app.command(command, usage="")


terms.command(term_commands.lint, usage="")
terms.command(term_commands.try_, name="try", usage="")
terms.command(term_commands.import_, name="import", usage="")
terms.command(term_commands.export, usage="")


@app.command(usage="")
def demo(
    *,
    folder: Annotated[Path, Parameter(help="结果放在哪个文件夹")] = Path("lanmu-demo"),
    serve: Annotated[
        bool, Parameter(help="巡查后打开控制台，示范网站也继续开着，按Ctrl-C结束", negative=())
    ] = False,
) -> int:
    """示范：在本机开一个虚构的县政府网站，巡查它，打印结果。

    用法: lanmu demo [选项]
    """
    from desk.demo import run_demo

    run_demo(folder, keep_serving=serve)
    return 0


_USAGE: tuple[tuple[str, str], ...] = (
    ("UnknownCommandError", "没有这个命令"),
    ("UnknownOptionError", "没有这个选项"),
    ("MissingArgumentError", "缺少必需的参数"),
    ("CoercionError", "参数的写法不对"),
    ("RepeatArgumentError", "选项重复"),
    ("UnusedCliTokensError", "多余的参数"),
)


def _usage_error(error: CycloptsError) -> str:
    kinds = {kind.__name__ for kind in type(error).__mro__}
    said = next((words for kind, words in _USAGE if kind in kinds), "参数有误")
    argument = getattr(error, "argument", None)
    name = getattr(argument, "name", "") if argument is not None else ""
    token = getattr(error, "token", None)
    value = getattr(token, "value", "") if token is not None else ""
    keyword = getattr(token, "keyword", "") if token is not None else ""
    unused = " ".join(getattr(error, "unused_tokens", None) or ())
    detail = " ".join(one for one in (keyword or name, value, unused) if one)
    return f"lanmu: {said}{':' + detail if detail else ''};用 lanmu --help 查看用法"


#: What writing to stdout may fail with.
_OUTPUT_GONE = (errno.EPIPE, errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives back the exit status. Bad input is one line a problem on stderr."""
    try:
        status = app(
            arguments if arguments is not None else sys.argv[1:],
            exit_on_error=False,
            print_error=False,
            result_action="return_value",
        )
        sys.stdout.flush()
    except CycloptsError as error:
        print(_usage_error(error), file=sys.stderr)
        return 2
    except BadInput as error:
        print("\n".join(error.lines), file=sys.stderr)
        return 2
    except OSError as error:
        if error.errno not in _OUTPUT_GONE:
            raise
        if error.errno != errno.EPIPE:  # the reader of a pipe that has gone needs no word
            print("lanmu: 输出写不下，磁盘已满；请清理后再运行", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # quiet at exit too
        return 2
    except KeyboardInterrupt:
        print("已中断；已读的内容都已保存，再次运行即可继续", file=sys.stderr)
        return 2
    return status if isinstance(status, int) else 0


def run() -> None:
    sys.exit(main())
