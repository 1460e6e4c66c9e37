"""A workbook that is written, read again."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from twinloop.edge.written import workbook

AT = datetime(2026, 4, 16, 9, 0)


@pytest.mark.parametrize("rows", [[], [("湖畔社区", 3), ("=1+1", None)]])
def test_heads_stay_in_sight_stand_out_and_sift_every_row(rows):
    content, count = workbook("清单", "何静 导出", ("村居", "件"), rows, creator="何静", at=AT, widths=(20, 8))
    assert count == len(rows)
    sheet = load_workbook(BytesIO(content)).active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A3", f"A2:B{len(rows) + 2}")
    assert [(cell.value, cell.font.bold) for cell in sheet[2]] == [("村居", True), ("件", True)]
    assert not sheet["A1"].font.bold
    assert [row[0] for row in sheet.iter_rows(min_row=3, values_only=True)] == [
        "湖畔社区", "'=1+1",
    ][: len(rows)]  # fmt: skip
