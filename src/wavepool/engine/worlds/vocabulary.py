"""Names of a world: scenes, channels, categories, and the habits of personae."""

from __future__ import annotations

# (scene_id, name_zh, name_en), the six scenes of the announcement and everything outside them.
SCENES = (
    ("headlines", "淘宝头条", "Headlines"),
    ("good_goods", "有好货", "Good Goods"),
    ("must_buy", "必买清单", "Must-buy List"),
    ("love_shopping", "爱逛街", "Love Shopping"),
    ("short_video", "淘宝短视频", "Short Video"),
    ("buy_world", "买遍全球", "Buy the World"),
    ("open", "开放场景", "Open"),
)

# Channels 1 to 6 are the six scenes in that order; the others lie outside them.
_OPEN_CHANNELS = (
    *("直播间 Live room", "首页推荐 Homepage feed", "优惠券 Coupon page", "群聊 Group chat"),
    *(
        "订阅号 Subscription",
        "问答 Questions and answers",
        "搜索 Search",
        "内容详情 Content detail",
    ),
    *("粉丝群 Fan group", "微淘 Follow feed", "直播首页 Live home", "直播回放 Replay"),
    *(
        "主播主页 Anchor home",
        "媒体主页 Media home",
        "达人主页 Talent home",
        "名人主页 Celebrity home",
    ),
    *(
        "猜你喜欢 You may like",
        "购物车推荐 Cart picks",
        "支付成功页 After payment",
        "物流页 Parcel page",
    ),
    *("每日好店 Good shops", "生活研究所 Life lab", "村播 Village rooms", "新品 New goods"),
    *("榜单 Rankings", "同城 Nearby", "会员 Members", "话题 Topics"),
)
_OPEN_TOPICS = (
    *(
        "美食 Food",
        "美妆 Beauty",
        "服饰 Fashion",
        "母婴 Mother and baby",
        "家居 Home",
        "数码 Digital",
    ),
    *("运动 Sport", "旅行 Travel", "图书 Books", "宠物 Pets", "汽车 Cars", "珠宝 Jewellery"),
)
_SURFACES = ("专区 zone", "社区 community", "资讯 news", "导购 guide", "图集 gallery", "清单 lists")
CATEGORIES = (
    *("服饰 fashion", "美妆 beauty", "美食 food", "母婴 baby", "家居 home", "数码 digital"),
    *("运动 sport", "宠物 pets", "图书 books", "珠宝 jewellery", "鞋靴 shoes", "箱包 bags"),
    *("家电 appliances", "个护 care", "玩具 toys", "文具 stationery"),
)
FARM_CATEGORIES = ("水果 fruit", "茶叶 tea", "粮油 grain", "腊味 cured meat")
# Counties known for what they grow; who lives where is invented.
COUNTIES = (
    *("砀山县 Dangshan", "安溪县 Anxi", "洛川县 Luochuan", "信丰县 Xinfeng", "五常市 Wuchang"),
    *("盘山县 Panshan", "奉节县 Fengjie", "赣县区 Ganxian", "栖霞市 Qixia", "灵宝市 Lingbao"),
    *("西和县 Xihe", "桐梓县 Tongzi", "元阳县 Yuanyang", "阳朔县 Yangshuo", "容县 Rongxian"),
    *("秭归县 Zigui", "平和县 Pinghe", "武夷山市 Wuyishan", "临安区 Linan", "长兴县 Changxing"),
    *("库尔勒市 Korla", "阿克苏市 Aksu", "和田县 Hotan", "中宁县 Zhongning", "武川县 Wuchuan"),
    *("金堂县 Jintang", "汉源县 Hanyuan", "蒲江县 Pujiang", "会泽县 Huize", "宾川县 Binchuan"),
    *("文昌市 Wenchang", "琼中县 Qiongzhong", "徐闻县 Xuwen", "梅县区 Meixian", "炎陵县 Yanling"),
    *("麻阳县 Mayang", "丹江口市 Danjiangkou", "兴化市 Xinghua", "泗洪县 Sihong", "和龙市 Helong"),
)

# persona: role, then (lowest, span) of quality, experience and commerce, each 0 to 100.
# A chaser picks goods by their commission; a maker makes what people love and rarely sells.
PERSONAE = (
    ("chaser", "closer", (14, 28), (38, 26), (70, 26)),
    ("maker", "introducer", (74, 25), (85, 14), (18, 26)),
    ("introducer", "introducer", (60, 30), (74, 22), (24, 22)),
    ("closer", "closer", (38, 24), (64, 24), (74, 22)),
    ("ordinary", "both", (34, 40), (58, 36), (32, 38)),
)

# What a persona publishes: (format, channel, share in 64ths). Rows in the order of PERSONAE,
# then snipers, who own discount pages outside the six scenes.
HABITS = (
    (("short_video", 5, 26), ("article", 1, 15), ("image_set", 2, 13), ("post", 4, 10)),
    (("list", 3, 26), ("item_card", 2, 22), ("short_video", 5, 16)),
    (("short_video", 5, 32), ("article", 1, 20), ("post", 1, 12)),
    (("list", 3, 32), ("item_card", 2, 19), ("image_set", 4, 13)),
    (
        *(("short_video", 5, 28), ("post", 1, 8), ("image_set", 4, 12), ("article", 1, 6)),
        *(("list", 3, 7), ("qa", 12, 3)),
    ),
    (("item_card", 9, 44), ("list", 9, 20)),
)
PROGRAMMES = (
    ("new_anchor_cash", 10_000, 120),
    ("retention_cash", 8_000, 80),
    ("agency_base", 12_000, 0),
    ("agency_frame", 6_000, 0),
    ("village_cohort", 5_000, 200),
)


def channels() -> list[tuple[int, str]]:
    """Channel ids and names: 1 to 6 are the scenes, 7 is the live room, 106 in all."""
    names = [f"{zh} {en}" for _, zh, en in SCENES[:6]]
    names += _OPEN_CHANNELS
    names += [f"{topic} · {surface}" for topic in _OPEN_TOPICS for surface in _SURFACES]
    return list(enumerate(names, start=1))


def habit_cells() -> list[tuple[int, int, str, int]]:
    """(habit, cell 0..63, format, channel_id)."""
    rows = []
    for habit, formats in enumerate(HABITS):
        cell = 0
        for name, channel, share in formats:
            rows += [(habit, cell + step, name, channel) for step in range(share)]
            cell += share
    return rows
