"""Names for those whom the generator knows by number; the same number, the same name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_FAMILIES: Final = (
    ("Lin", "林"), ("Chen", "陈"), ("Wang", "王"), ("Zhao", "赵"), ("Zhou", "周"), ("Xu", "徐"),
    ("Sun", "孙"), ("Ma", "马"), ("Zhu", "朱"), ("Hu", "胡"), ("Guo", "郭"), ("He", "何"),
    ("Gao", "高"), ("Luo", "罗"), ("Song", "宋"), ("Tang", "唐"), ("Feng", "冯"),
)  # fmt: skip
_GIVEN: Final = (
    ("Xiaoyu", "小雨"), ("Yating", "雅婷"), ("Haoran", "浩然"), ("Siqi", "思琪"), ("Ming", "明"),
    ("Jiayi", "佳怡"), ("Zihan", "子涵"), ("Yuxuan", "宇轩"), ("Meng", "梦"), ("Lei", "磊"),
    ("Anran", "安然"), ("Kexin", "可欣"), ("Bowen", "博文"), ("Ruoxi", "若曦"), ("Dashan", "大山"),
    ("Chunhua", "春花"), ("Jun", "军"), ("Lan", "兰"), ("Tian", "甜"),
)  # fmt: skip
_THEMES: Final = {
    "talent": (("tries it", "试用记"), ("at home", "的家"), ("cooks", "的厨房"), ("daily", "日常")),
    "store": (("live shop", "直播间"), ("counter", "柜台"), ("selects", "严选")),
    "farmer": (("orchard", "果园"), ("mountain farm", "山货"), ("tea hill", "茶山")),
    "shop_host": (("shop channel", "官方直播"), ("brand room", "品牌间")),
    "media": (("review", "评测"), ("weekly", "周刊")),
    "celebrity": (("studio", "工作室"), ("official", "本人")),
}  # fmt: skip
_SHOPS: Final = (
    ("Bamboo House", "竹里馆"), ("Morning Tea", "朝茶"), ("North Pier", "北埠"),
    ("Nine Looms", "九织"), ("Salt & Sun", "盐与阳光"), ("Little Lane", "小巷"),
    ("Silver Fern", "银蕨"), ("River Paper", "河纸"), ("Plum Garden", "梅园"),
    ("Slow Kitchen", "慢厨"), ("Blue Kiln", "青窑"), ("Field & Fold", "田与褶"),
    ("Hundred Herbs", "百草"), ("Lantern Street", "灯市"), ("Cloud Cotton", "云棉"),
)  # fmt: skip
_LINES: Final = (("store", "旗舰店"), ("outlet", "工厂店"), ("select", "优选"))
_AGENCIES: Final = (
    ("Tide Talents", "潮声传媒"), ("Lighthouse Media", "灯塔文化"), ("Nine Rivers", "九江传媒"),
    ("Paper Plane", "纸飞机"), ("Red Maple", "红枫文化"), ("Good Harvest", "丰收传媒"),
)  # fmt: skip
_GOODS: Final = {
    "beauty": (("hand cream", "护手霜"), ("lip balm", "润唇膏"), ("face mask", "面膜"), ("sunscreen", "防晒乳")),
    "digital": (("earphones", "耳机"), ("charger", "充电器"), ("phone stand", "手机支架"), ("smart band", "智能手环")),
    "home": (("tea set", "茶具"), ("cotton sheet", "棉床单"), ("storage box", "收纳箱"), ("wok", "炒锅")),
    "food": (("pine nuts", "松子"), ("dried mango", "芒果干"), ("rice noodles", "米粉"), ("sesame cakes", "芝麻饼")),
    "fashion": (("linen shirt", "亚麻衬衫"), ("wool scarf", "羊毛围巾"), ("knit dress", "针织裙"), ("cotton socks", "棉袜")),
    "fruit": (("navel oranges", "脐橙"), ("kiwi fruit", "猕猴桃"), ("apples", "苹果"), ("cherries", "樱桃")),
    "baby": (("baby bottle", "奶瓶"), ("sleep sack", "睡袋"), ("bib", "围兜"), ("wet wipes", "湿巾")),
    "books": (("picture book", "绘本"), ("cookbook", "菜谱"), ("travel diary", "旅行手记"), ("poems", "诗集")),
    "sport": (("yoga mat", "瑜伽垫"), ("skipping rope", "跳绳"), ("running vest", "跑步背心"), ("water bottle", "水壶")),
    "jewellery": (("jade pendant", "玉坠"), ("pearl earrings", "珍珠耳环"), ("silver ring", "银戒"), ("bead bracelet", "手串")),
    "stationery": (("fountain pen", "钢笔"), ("notebook", "笔记本"), ("ink", "墨水"), ("sketch pad", "速写本")),
    "bags": (("canvas bag", "帆布包"), ("suitcase", "行李箱"), ("backpack", "双肩包"), ("wallet", "钱包")),
    "appliances": (("rice cooker", "电饭煲"), ("desk lamp", "台灯"), ("kettle", "电水壶"), ("air fryer", "空气炸锅")),
    "pets": (("cat litter", "猫砂"), ("dog treats", "狗零食"), ("pet bed", "宠物窝"), ("cat tree", "猫爬架")),
    "care": (("toothbrush", "牙刷"), ("shampoo", "洗发水"), ("body wash", "沐浴露"), ("shaver", "剃须刀")),
    "shoes": (("running shoes", "跑鞋"), ("canvas shoes", "帆布鞋"), ("slippers", "拖鞋"), ("rain boots", "雨靴")),
    "toys": (("building blocks", "积木"), ("puzzle", "拼图"), ("kite", "风筝"), ("plush panda", "毛绒熊猫")),
    "grain": (("northern rice", "东北大米"), ("rapeseed oil", "菜籽油"), ("millet", "小米"), ("oat flakes", "燕麦片")),
    "cured meat": (("cured sausage", "腊肠"), ("cured ham", "火腿"), ("smoked duck", "板鸭"), ("bacon", "腊肉")),
    "tea": (("black tea", "红茶"), ("green tea", "绿茶"), ("white tea", "白茶"), ("jasmine tea", "茉莉花茶")),
}  # fmt: skip
_MAKES: Final = (
    ("Classic", "经典"),
    ("Travel", "旅行装"),
    ("Gift", "礼盒"),
    ("Family", "家庭装"),
    ("Mini", "迷你"),
)
#: What pieces are called, by format; the good of the piece's category fills the place.
_TITLES: Final = {
    "live": (("Live tonight: {}", "今晚直播:{}"), ("Live from the store: {}", "走进门店直播:{}"), ("Opening boxes live: {}", "直播开箱:{}")),
    "short_video": (("Thirty seconds with {}", "三十秒看懂{}"), ("Does it last? {}", "耐不耐用:{}"), ("Hands on: {}", "上手{}")),
    "post": (("What I think of {}", "说说{}"), ("A week with {}", "和{}的一周"), ("Found this: {}", "发现好物:{}")),
    "article": (("How to choose {}", "怎么挑{}"), ("Behind {}", "{}背后的故事")),
    "image_set": (("{} in nine pictures", "九张图看{}"), ("{}, seen closely", "近看{}")),
    "list": (("Five that are worth it: {}", "值得买的五款{}"), ("My list: {}", "我的{}清单")),
    "item_card": (("One thing: {}", "单品:{}"),),
    "qa": (("You asked about {}", "答你所问:{}"), ("Which {}?", "{}怎么选?")),
}  # fmt: skip
_PAIR: Final = {"en": 0, "zh": 1}


def creator_name(number: int, kind: str, *, lang: str) -> str:
    """A creator's public name.

    >>> creator_name(1, "farmer", lang="en"), creator_name(1, "farmer", lang="zh")
    ('Chen Yating mountain farm', '陈雅婷山货')
    """
    person = person_name(number, lang=lang)
    theme = _pick(_THEMES.get(kind, _THEMES["talent"]), number, lang)
    return f"{person} {theme}" if lang == "en" else f"{person}{theme}"


def person_name(number: int, *, lang: str) -> str:
    """A natural person's name."""
    family, given = _pick(_FAMILIES, number, lang), _pick(_GIVEN, number, lang)
    return f"{family} {given}" if lang == "en" else f"{family}{given}"


def handle(number: int) -> str:
    """A creator's handle.

    >>> handle(1), handle(330)
    ('chen-yating', 'ma-yuxuan-330')
    """
    plain = person_name(number, lang="en").lower().replace(" ", "-")
    return plain if number < len(_GIVEN) else f"{plain}-{number}"


def shop_name(number: int, *, lang: str) -> str:
    """A shop's name."""
    house = _pick(_SHOPS, number, lang)
    line = _pick(_LINES, number // len(_SHOPS), lang)
    return f"{house} {line}" if lang == "en" else f"{house}{line}"


def shop_slug(number: int) -> str:
    """A shop's word in addresses; every number has its own."""
    return f"{_plain(_pick(_SHOPS, number, 'en'))}-{number}"


def agency_name(number: int, *, lang: str) -> str:
    """An agency's name."""
    return _pick(_AGENCIES, number, lang)


def agency_slug(number: int) -> str:
    """An agency's word in addresses."""
    return f"{_plain(_pick(_AGENCIES, number, 'en'))}-{number}"


def item_title(number: int, category: str, *, lang: str) -> str:
    """What an item of a category is called; a category of the generator is bilingual."""
    goods = _GOODS.get(category.partition(" ")[2], _GOODS["home"])
    good, make = _pick(goods, number, lang), _pick(_MAKES, number // len(goods), lang)
    return f"{make} {good}" if lang == "en" else f"{make}{good}"


def piece_title(number: int, form: str, category: str, *, lang: str) -> str:
    """What a piece of a format and a category is called.

    >>> piece_title(4, "post", "茶 tea", lang="en"), piece_title(4, "post", "茶 tea", lang="zh")
    ('A week with black tea', '和红茶的一周')
    """
    goods = _GOODS.get(category.partition(" ")[2], _GOODS["home"])
    title = _pick(_TITLES.get(form, _TITLES["post"]), number, lang)
    named = title.format(_pick(goods, number, lang))
    return named[0].upper() + named[1:]


def piece_body(title: str, *, lang: str) -> str:
    """What a piece says; made up, and saying so."""
    if lang == "zh":
        return f"{title}。\n\n用了几天,把优点和不足都写在这里,好不好由你判断。\n\n本文为演示内容,由程序生成。"
    return (
        f"{title}.\n\nI used it for some days and wrote down what is good and what is not; "
        "judge for yourself.\n\nThis text belongs to the demonstration and was made up."
    )


def category_name(category: str, *, lang: str) -> str:
    """One language of the generator's bilingual category.

    >>> category_name("美妆 beauty", lang="en"), category_name("美妆 beauty", lang="zh")
    ('Beauty', '美妆')
    """
    chinese, _, english = category.partition(" ")
    return chinese if lang == "zh" else (english or chinese).capitalize()


def _pick(names: Sequence[tuple[str, str]], number: int, lang: str) -> str:
    return names[number % len(names)][_PAIR[lang]]


def _plain(name: str) -> str:
    return name.lower().replace(" & ", "-").replace(" ", "-")
