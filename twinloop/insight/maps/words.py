"""What the map and its settings say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

OF = {"disputes": _("纠纷"), "incidents": _("警情")}
WEEKS = {4: _("近 4 周"), 12: _("近 12 周"), 26: _("近半年"), 52: _("近一年")}
LEVELS = {1: _("一级"), 2: _("二级"), 3: _("三级")}
COLUMNS = {"code": _("村居的 12 位代码"), "name": _("村居的名称"), "people": _("人口（可以没有）")}
# why one feature of a file cannot be used
WRONG = {
    "kind": _("图形是 {kind}：只认 Polygon、MultiPolygon 和 Point"),
    "hollow": _("图形里没有坐标"),
    "short": _("一圈只有 {points} 个点：至少要 4 个，最后一个和第一个相同"),
    "open": _("一圈没有合上：最后一个点要和第一个相同"),
    "flat": _("一圈没有面积"),
    "position": _("坐标不是一对数"),
    "turned": _("经纬度像是写反了（{longitude}，{latitude}）：经度在前，纬度在后"),
    "range": _("不是 WGS84 经纬度（{longitude}，{latitude}）：投影坐标先换成经纬度"),
    "code": _("辖区里没有代码是 {code} 的村居"),
    "nameless": _("没有代码，也没有名称：在上面选哪个属性是代码或名称"),
    "unknown": _("辖区里没有叫“{name}”的村居"),
    "many": _("辖区里有 {count} 个村居叫“{name}”：用代码区分"),
    "people": _("人口“{text}”不是整数"),
    "twice": _("{place}在第 {other} 个已经有了：几块合成一个 MultiPolygon"),
}
EVENTS = {
    "map_layer_brought": ("map-plus", _("导入边界：{name}，{count} 个村居")),
    "map_layer_undone": ("map-off", _("撤下边界：{name}")),
    "map_ground_set": ("map-2", _("设定地图底图：{host}")),
}
REFUSALS = {
    "map_role": _("没有保存：地图由系统管理员或分局领导设定"),
    "map_file_large": _("没有读：文件超过 {mib} MiB，先在制图软件里简化边界"),
    "map_file_text": _("没有读：文件不是 UTF-8 的 JSON"),
    "map_file_kind": _("没有读：不是 GeoJSON 的 FeatureCollection"),
    "map_file_crs": _("没有读：文件写明不是 WGS84（EPSG:4326），先在制图软件里换坐标系"),
    "map_file_empty": _("没有读：文件里一个图形也没有"),
    "map_file_many": _("没有读：图形超过 {most} 个，只留辖区的村居"),
    "map_file_points": _("没有读：点超过 {most} 个，先在制图软件里简化边界"),
    "map_none_good": _("没有导入：没有一个图形对得上辖区的村居"),
    "map_some_bad": _("没有导入：有 {count} 个图形不能用，改好再来，或勾选“只导入好的”"),
    "map_layer_known": _("没有导入：这个文件已经导入过，正在用"),
    "map_layer_undone": _("没有撤下：这一份已经撤下"),
    "map_ground_signs": _("没有保存：地址不超过 200 个字符，只用字母、数字和网址里的符号"),
    "map_ground_https": _("没有保存：地址要以 https:// 开头"),
    "map_ground_host": _("没有保存：地址里的主机名不对，不能带账号，也不能用变化的主机名"),
    "map_ground_template": _("没有保存：地址里 {{z}}、{{x}}、{{y}} 要各有一次，不能有别的大括号"),
    "map_ground_credit": _("没有保存：写明底图是谁的，地图上会注明"),
}
