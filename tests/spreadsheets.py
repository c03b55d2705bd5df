"""The spreadsheets an office would hand in for the third quarter of 2025, with the circular's own figures."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]
SITE = Path(__file__).parents[1] / "crawler" / "sites" / "jinghe.yaml"
TODAY = date(2025, 10, 15)

DEPARTMENTS = (
    "县发改委", "县教育局", "县商工局", "县公安局", "县民政局", "县财政局", "县人社局", "县生态环境局", "县住建局",
    "县交通运输局", "县水利局", "县农业农村局", "县林草局", "县卫健委", "县应急管理局", "县审计局", "县市监局",
    "县医保局", "县税务局", "县气象局",
)  # fmt: skip


def findings() -> Rows:
    kinds = ["事项要素缺失"] * 118 + ["材料清单不一致"] * 98 + ["其他"] * 64
    return [
        ("部门", "事项名称", "错误类型", "错误描述"),
        *((DEPARTMENTS[n % 13], f"事项{n // 2}", kind, "见平台") for n, kind in enumerate(kinds)),
    ]


#: Kind of form → the sheet's rows.
SAMPLE: Mapping[str, Rows] = {
    "requests": (
        ("精河县2025年第三季度依申请公开登记表",),
        (),
        ("序号", "承办 单位", "收件日期", "转办日期", "补正通知日期", "补正收到日期", "征求第三方日期", "第三方答复日期",
         "延期告知日期", "答复日期", "申请内容"),
        (1, "精河镇", date(2025, 7, 8), date(2025, 7, 9), "", "", "", "", "", "2025/8/5", "征地补偿"),
        (2, "托里镇", "2025年8月4日", "2025.8.5", "2025-08-07", "2025-08-12", "", "", "", date(2025, 9, 9), "低保名单"),
        (3, "八家户农场", date(2025, 9, 1), date(2025, 9, 2), "", "", "", "", date(2025, 9, 26), "", "土地承包"),
    ),
    "hotline-units": (
        ("单位", "受理量（件）", "按期办结数", "按时办结率", "满意率"),
        ("精河镇", 120, 120, 1.0, 1.0), ("托里镇", 60, 60, 1.0, 1.0), ("托托镇", 40, 40, 1.0, 1.0),
        ("八家户农场", 30, 30, 1.0, 1.0), ("阿合其农场", 24, 24, 1.0, 1.0),
        ("住建局", 86, "", 0.9884, 1.0), ("卫健委", 154, "", 0.9286, 1.0), ("水利局", 34, 33, 0.9706, 1.0),
        ("教育局", 20, 20, 1.0, 1.0), ("公安局", 19, 19, 1.0, 1.0),
        ("合计", 587, "", "", ""),
        ("填表人：办公室", "", "", "", ""),
    ),
    "service-findings": findings(),
    "media-accounts": (
        ("账号名称", "平台类型", "主办单位", "更新情况", "内容问题数"),
        *((f"账号{n}", "微信公众号", DEPARTMENTS[n], "正常", 0) for n in range(11)),
    ),
    "pilot-projects": (
        ("单位", "项目名称"),
        *((name, f"项目{n}") for n, name in enumerate(
            ("精河工业园区", "县民政局", "县林草局", "县农业农村局", "县行政服务中心", "县住建局"))),
    ),
    "grassroots-forms": (
        ("部门", "上报表格数", "情况说明"),
        *zip(DEPARTMENTS, (10, 8, 7, 6, 5, 5, 4, 3, 1, *[""] * 11), (*[""] * 9, *["有"] * 11), strict=True),
    ),
    "demo-scenes": (
        ("项目名称", "申报单位", "领域"),
        ("数据惠商", "县商工局", "商贸物流"), ("城市一张图", "县住建局", "智慧城市"), ("银龄码", "县民政局", "智慧养老"),
        ("一件事", "县行政服务中心", "政务服务"), ("数据超市", "某某科技有限公司", "政务服务"),
    ),
}  # fmt: skip


def write_xlsx(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """Days as dates, fractions in the percent format, everything else as it is."""
    with xlsxwriter.Workbook(str(path)) as book:
        percent = book.add_format({"num_format": "0.00%"})
        day = book.add_format({"num_format": "yyyy/m/d"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        when = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001
                        sheet.write_datetime(line, column, when, day)
                    elif isinstance(cell, float):
                        sheet.write_number(line, column, cell, percent)
                    elif cell != "":
                        sheet.write(line, column, cell)
    return path
