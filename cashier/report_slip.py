"""The report as a slip and as CSV. (Being written: the simple form.)"""

from datetime import datetime

from cashier.reports import ShiftReport
from cashier.shop import Shop
from cashier.slip import Slip, Text


def report_slip(report: ShiftReport, shop: Shop, at: datetime) -> Slip:
    title = "Z REPORT" if report.final else "X REPORT"
    return Slip(f"Z-{report.shift.number:06d}", (Text(title),), shop.slip.columns)
