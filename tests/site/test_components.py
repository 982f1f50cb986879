"""Components as a template writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.template import engines
from django.test import Client

from wavepool.plumbing.charts import Chart, ChartFault, Series
from wavepool.plumbing.states import Event, State, Step
from wavepool.site import navigation
from wavepool.site.components import assets, icons

AT = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)


def shown(template: str, **context: Any) -> str:
    """A template of one component, in one line."""
    text = engines["django"].from_string(template).render(context)
    return " ".join(text.split())


class TestValues:
    def test_money_can_be_read_by_people_and_machines(self) -> None:
        assert shown('{% money 123450 "USD" %}') == (
            '<data class="money" value="USD 1234.50">'
            '<span class="money__symbol">$</span>1,234.50</data>'
        )

    @pytest.mark.parametrize(
        "template", ['{% money None "USD" %}', "{{ None|rate }}", "{{ None|day }}"]
    )
    def test_not_known_is_never_a_zero(self, template: str) -> None:
        assert "not known" in shown(template)

    def test_a_time_carries_its_instant(self) -> None:
        assert 'datetime="2026-11-22T10:05:00Z"' in shown("{{ at|moment }}", at=AT)


class TestAKeyFigure:
    def test_says_rise_by_arrow_sign_and_name(self) -> None:
        text = shown(
            '{% kpi label="Net" value=v delta_ppm=124000 spark=s %}', v=(1, "CNY"), s=[1, 3]
        )
        assert 'data-direction="rise"' in text
        assert "+12.4%" in text
        assert "Course of Net: from 1 to 3, lowest 1, highest 3" in text

    def test_without_enough_values_draws_no_course(self) -> None:
        assert "<polyline" not in shown('{% kpi label="Net" value=3 spark=s %}', s=[1])


class TestBlocks:
    def test_keep_what_stands_inside_and_escape_what_was_written(self) -> None:
        text = shown(
            '{% card title=title %}<a href="/x">{{ hostile }}</a>{% endcard %}',
            title="a < b",
            hostile="<b>",
        )
        assert "a &lt; b" in text
        assert '<a href="/x">&lt;b&gt;</a>' in text

    def test_that_repeat_get_names_of_their_own(self) -> None:
        chart = Chart(
            kind="bar",
            title="t",
            label="l",
            categories=("a",),
            series=(Series(name="s", values=(1,)),),
        )
        text = shown("{% chart c %}{% chart c %}", c=chart)
        assert 'id="chart-1-data"' in text
        assert 'id="chart-2-data"' in text


class TestHistories:
    def test_say_when_and_who(self) -> None:
        text = shown("{% timeline e %}", e=[Event(at=AT, title="Paid", who="Bao")])
        assert "Paid" in text
        assert "· Bao" in text

    def test_mark_the_step_to_do_now(self) -> None:
        text = shown(
            "{% steps s %}", s=[Step(title="a", state="done"), Step(title="b", state="now")]
        )
        assert text.count('aria-current="step"') == 1
        assert 'aria-label="Done"' in text


class TestAState:
    def test_opens_to_its_reason(self) -> None:
        state = State(name="held", label="Held", tone="warning", why="Returns are open.", until=AT)
        text = shown("{% badge s %}", s=state)
        assert "<summary>" in text
        assert "Returns are open." in text
        assert "22 Nov 2026" in text


class TestCharts:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"series": ()}, "1 to 5 series"),
            ({"currency": "CNY"}, "money names its currency"),
            ({"categories": ("a", "b")}, "1 values for 2 categories"),
            ({"kind": "bridge", "series": (Series(name="s", values=(3,)),)}, "add up"),
        ],
    )
    def test_refuse_what_would_be_drawn_wrong(self, change: dict[str, Any], reason: str) -> None:
        right: dict[str, Any] = {"kind": "bar", "title": "t", "label": "l", "categories": ("a",)}
        right["series"] = (Series(name="s", values=(1,)),)
        with pytest.raises(ChartFault, match=reason):
            Chart(**{**right, **change})

    def test_have_every_number_in_their_table(self) -> None:
        chart = Chart(
            kind="line",
            title="t",
            label="Day",
            categories=("1", "2"),
            series=(Series(name="s", values=(5, None)),),
            unit="money",
            currency="CNY",
        )
        assert list(chart.rows()) == [("1", (5,)), ("2", (None,))]
        assert chart.drawing()["exponent"] == 2


class TestIcons:
    def test_of_the_navigation_all_exist(self) -> None:
        used = {item.icon for items in navigation.WORKSPACES.values() for item in items}
        assert used <= icons.names()

    def test_that_do_not_exist_break_no_page(self) -> None:
        assert "<circle" in icons.icon("../../secret")


class TestStylesheets:
    def test_begin_with_their_markup_and_colour_by_tokens_only(self) -> None:
        folder = icons.FOLDER.parents[1] / "css"
        linked = {f"{name}.css" for name in (*assets.GROUND, *assets.COMPONENTS)}
        assert linked <= {path.name for path in folder.glob("*.css")}
        for path in folder.glob("*.css"):
            text = path.read_text(encoding="utf-8")
            assert text.startswith("/*"), path.name
            if path.name != "tokens.css":
                assert "rgb(" not in text, path.name
                assert "--chart-veil:" not in text, path.name


class TestPreferences:
    def test_stay_in_the_browser_and_lead_back(self, db: None) -> None:
        client = Client()
        sent = {"theme": "dark", "gain": "red", "next": "/help/"}
        answer = client.post("/preferences/", sent)
        assert (answer.status_code, answer["Location"]) == (302, "/help/")
        page = client.get("/help/").content.decode()
        assert 'data-theme="dark" data-gain="red"' in page

    def test_never_lead_to_another_site(self, db: None) -> None:
        answer = Client().post("/preferences/", {"theme": "dark", "next": "https://evil.example/"})
        assert answer["Location"] == "/"

    def test_ignore_what_nobody_offers(self, db: None) -> None:
        answer = Client().post("/preferences/", {"theme": "<script>", "language": "xx"})
        assert answer.cookies == {}

    def test_of_language_turn_the_page(self, db: None) -> None:
        client = Client()
        client.post("/preferences/", {"language": "zh-hans"})
        assert '<html lang="zh-hans"' in client.get("/help/").content.decode()


class TestDeadEnds:
    def test_say_what_happened_in_the_frame_of_the_site(self, db: None) -> None:
        answer = Client().get("/nowhere/")
        assert answer.status_code == 404
        assert "There is no such page." in answer.content.decode()

    def test_of_a_broken_page_need_no_store(self) -> None:
        text = shown('{% include "500.html" %}')
        assert "Something broke on our side." in text
