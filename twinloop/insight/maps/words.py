"""What the map and its settings say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

OF = {"disputes": _("纠纷"), "incidents": _("警情")}
WEEKS = {4: _("近 4 周"), 12: _("近 12 周"), 26: _("近半年"), 52: _("近一年")}
LEVELS = {1: _("一级"), 2: _("二级"), 3: _("三级")}

# what is wrong with a file, or with one of its features
READING = {
    "too_large": _("文件超过 {limit} MB：先用制图软件简化边界，再导入"),
    "not_json": _("第 {line} 行第 {column} 个字符起不是 JSON：文件可能没有传完，重新导出一次"),
    "not_text": _("文件不是 UTF-8 文本：GeoJSON 只有这一种编码，重新导出一次"),
    "not_geojson": _("最外层不是 FeatureCollection：导出时选 GeoJSON，要素集合"),
    "crs": _("坐标系写的是 {name}：转成经纬度（WGS 84 或 CGCS2000）再导入"),
    "no_features": _("文件里没有要素"),
    "too_many": _("要素超过 {limit} 个"),
    "too_fine": _("坐标点超过 {limit} 个：先用制图软件简化边界，再导入"),
    "nothing_good": _("没有一个要素能用，什么都没有导入"),
}
FEATURES = {
    "not_feature": _("不是要素（Feature）"),
    "no_shape": _("没有图形：要 Point、Polygon 或 MultiPolygon"),
    "wrong_shape": _("图形是 {kind}：只收 Point、Polygon 和 MultiPolygon"),
    "ring": _("边界少于 4 个点，或没有闭合"),
    "number": _("坐标不是两个数"),
    "metres": _("坐标 {x}，{y} 不在经纬度范围内：像是以米为单位的坐标，转成经纬度再导入"),
    "swapped": _("坐标 {x}，{y} 像是把纬度写在了前面：GeoJSON 先写经度"),
    "no_name": _("属性里没有 code（12 位区划代码），也没有 name"),
    "unknown": _("辖区里没有“{name}”"),
    "several": _("辖区里有 {count} 个“{name}”：在属性里写 12 位代码"),
    "twice": _("“{name}”前面已经有了一个"),
    "people": _("人口 {value} 不是 0 以上的整数"),
}
REFUSALS = {
    "map_same_file": _("这个文件 {when} 已经导入过，还在用"),
    "map_undone": _("这个图层已经撤回了"),
    "map_ground_https": _("地址要以 https:// 开头"),
    "map_ground_parts": _("地址里要有 {{z}}、{{x}}、{{y}} 各一次"),
    "map_ground_host": _("地址里的主机名不对：只写字母、数字、点和连字符，可以带端口"),
    "map_ground_credit": _("写上底图的来源：多数底图要求注明"),
}
EVENTS = {
    "map_layer_added": ("map-plus", _("导入了地图边界")),
    "map_layer_undone": ("map-minus", _("撤回了地图边界")),
    "map_ground_set": ("map-cog", _("改了地图底图")),
}
