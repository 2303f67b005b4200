"""The help of other products as Markdown pages, the questions asked of it, and the command that makes the sets."""

import json

import pytest

from evals.data_sets import load
from evals.other_products import products
from evals.other_products.__main__ import main, read_questions
from evals.other_products.markup import parse_manual, parse_web_page, read_markup
from evals.other_products.products import PRODUCTS

MALLARD = """
<page xmlns="http://projectmallard.org/1.0/" xmlns:if="http://projectmallard.org/if/1.0/" id="lamp">
  <info><desc>Not for readers.</desc></info>
  <title>Switch the lamp on</title>
  <p>It is <em>bright</em>.<!-- not so --></p>
  <steps><title>By hand</title>
    <item><p>Open <guiseq><gui>Settings</gui><gui>Lamp</gui></guiseq> or press
      <keyseq><key>Super</key><key>L</key></keyseq>.</p></item>
    <item><p>Press the <media type="image" src="on.svg"><span>light</span></media> button.</p></item>
  </steps>
  <if:choose>
    <if:when test="platform:gnome-classic"><p>In the old days.</p></if:when>
    <if:when test="!platform:gnome-classic"><p>Nowadays.</p></if:when>
  </if:choose>
  <p if:test="platform:ubuntu">Elsewhere.</p>
  <section id="colour"><title>Its colour</title>
    <note style="tip"><p>See <link xref="bulb"/>.</p></note>
    <terms><item><title>Warm</title><p>Like a candle.</p></item></terms>
  </section>
  <links type="section"/>
</page>
<page xmlns="http://projectmallard.org/1.0/" id="bulb"><title>Change the bulb</title><p>Let it\u00a0cool.</p></page>
"""


def test_a_page_of_mallard_keeps_steps_notes_and_terms_and_shows_what_its_links_mean():
    pages = parse_manual(MALLARD, "", {"lamp", "bulb"})
    assert (pages["bulb"].title, pages["bulb"].text) == ("Change the bulb", "Let it cool.")
    assert pages["lamp"].title == "Switch the lamp on"
    assert pages["lamp"].text.split("\n\n") == [
        "It is bright.",
        "**By hand**",
        "1. Open Settings > Lamp or press Super+L.\n2. Press the light button.",
        "Nowadays.",
        "## Its colour",
        "**Tip:** See Change the bulb.",
        "- **Warm:** Like a candle.",
    ]


DOCBOOK = """
<book id="book"><bookinfo><title>All of it</title></bookinfo>
  <chapter id="Accounts"><title>Accounts</title>
    <para>There are <quote>two</quote> kinds; see <xref linkend="assets"/>.</para>
    <sect1 id="assets"><title>Assets</title>
      <para>Choose <menuchoice><shortcut><keycombo><keycap>Ctrl</keycap><keycap>N</keycap></keycombo></shortcut>
        <guimenu>File</guimenu><guimenuitem>New</guimenuitem></menuchoice>:</para>
      <variablelist><varlistentry><term>Name</term>
        <listitem><itemizedlist><listitem><para>Any.</para></listitem></itemizedlist></listitem></varlistentry>
      </variablelist>
      <table><title>Kinds</title><tgroup cols="2"><tbody>
        <row><entry>Kind</entry><entry><para>Use</para></entry></row>
        <row><entry>Cash</entry><entry><para>Pocket</para></entry></row>
      </tbody></tgroup></table>
    </sect1>
    <sect1><title>Short words</title><warning><para>Do not lose it.</para></warning><screen>a
  b</screen></sect1>
    <sect1 id="nothing"><title>Nothing in it</title></sect1>
  </chapter>
  <qandaset><qandaentry><question><para>Is it safe?</para></question>
    <answer><para>Yes; see <ulink url="here"/>.</para></answer></qandaentry></qandaset>
</book>
"""


def test_a_book_is_cut_at_the_wanted_sections_and_what_is_not_wanted_stays_where_it_was():
    pages = parse_manual(DOCBOOK, "man-", {"man-accounts", "man-assets", "man-faq-is-it-safe"})
    assert {name: page.title for name, page in pages.items()} == {
        "man-accounts": "Accounts",
        "man-assets": "Assets",
        "man-faq-is-it-safe": "Is it safe?",
    }
    assert pages["man-accounts"].text.split("\n\n") == [
        'There are "two" kinds; see "Assets".',
        "## Short words",
        "**Warning:** Do not lose it.",
        "```\na\n  b\n```",
    ]
    assert pages["man-assets"].text.split("\n\n") == [
        "Choose File > New (Ctrl+N):",
        "- **Name:**",
        "  - Any.",
        "**Kinds**",
        "| Kind | Use |\n| --- | --- |\n| Cash | Pocket |",
    ]
    assert pages["man-faq-is-it-safe"].text == "Yes; see here."


def test_entities_and_included_files_are_put_in(tmp_path):
    (tmp_path / "names.dtd").write_text('<!ENTITY % menu "<b>File</b>"><!ENTITY menu "%menu;">')
    (tmp_path / "part.xml").write_text(
        '<?xml version="1.0"?><!DOCTYPE p SYSTEM "names.dtd"><p>&menu; &amp; &eacute;</p>'
    )
    (tmp_path / "other.xml").write_text("<p>&known; and &Unknown;</p>")
    (tmp_path / "index.xml").write_text(
        '<!DOCTYPE a [ <!ENTITY other SYSTEM "other.xml"> ]><a><xi:include href="part.xml" />&other;<!-- &menu; --></a>'
    )
    found = read_markup(tmp_path / "index.xml", {"known": "Known"})
    assert found == "<a><p><b>File</b> &amp; é</p><p>Known and Unknown</p></a>"


LIBREOFFICE = """<html><head><title>Sorting</title></head><body><header>Help 7</header><div id="DisplayArea">
<h1><a name="x"></a>Sorting </h1>
<p>Press <span><span hidden="true" class="MAC">Command</span><span hidden="true">Ctrl</span></span>+S; =A1*B_1*2.</p>
<div class="note"><div class="noteicon"><img alt="note"></div><div class="notetext"><p>Rows move.</p></div></div>
<h2>Order</h2><ol><li><p>Choose <a href="y.html">Data</a>.</p></li><li><p>Press <b>OK</b>.</p></li></ol>
<table><tr><td><p><img alt="Icon"></p></td><td><p>Ascending</p></td></tr></table>
<table><tr><th>Key</th><th>Use</th></tr><tr><td>A</td><td>Up</td></tr></table>
<div class="relatedtopics"><p>Filters</p></div></div><footer>Debug</footer></body></html>"""


def test_a_page_of_libreoffice_loses_its_frame_its_icons_and_the_keys_of_a_mac():
    page = parse_web_page(LIBREOFFICE)
    assert page.title == "Sorting"
    assert page.text.split("\n\n") == [
        "Press Ctrl+S; =A1*B_1*2.",
        "**Note:** Rows move.",
        "## Order",
        "1. Choose Data.\n2. Press **OK**.",
        "Ascending",
        "| Key | Use |\n| --- | --- |\n| A | Up |",
    ]


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_question_has_its_own_id_and_asks_for_pages_that_are_listed(name):
    questions = read_questions(name)
    listed = [line.split("\t") for line in (products.LISTS / f"{name}.txt").read_text().splitlines()]
    pages = {id for id, *title in listed if title != ["-"]}
    assert len(listed) == len({id for id, *_ in listed})
    assert len(questions) == len({row["_id"] for row in questions})
    assert all(set(row) == {"_id", "text", "relevant"} and row["text"].strip() for row in questions)
    assert all(isinstance(page, str) and page in pages for row in questions for page in row["relevant"])
    assert {bool(row["relevant"]) for row in questions} == {True, False}


def page_of_gnome(usr, name):
    folder = usr / "share/help/C/gnome-help"
    folder.mkdir(parents=True, exist_ok=True)
    text = f'<page xmlns="http://projectmallard.org/1.0/" id="{name}"><title>{name}</title><p>About it.</p></page>'
    (folder / f"{name}.page").write_text(text)


def test_the_installed_help_is_taken_and_questions_without_their_pages_are_left_out(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(products, "INSTALLED", tmp_path / "usr")
    page_of_gnome(tmp_path / "usr", "sharing-media")
    page_of_gnome(tmp_path / "usr", "a-page-that-is-not-listed")
    assert main(["--to", str(tmp_path / "sets"), "--only", "desktop"]) == 0
    data = load(tmp_path / "sets/desktop")
    answered = [question for question in data.questions if question.answerable]
    assert [(page.id, page.title, page.body) for page in data.articles] == [
        ("sharing-media", "sharing-media", "About it.")
    ]
    assert [dict(question.relevant) for question in answered] == [{"sharing-media": 1}]
    assert len(data.questions) - 1 == sum(not row["relevant"] for row in read_questions("desktop"))
    assert f"left out {len(read_questions('desktop')) - len(data.questions)} questions" in capsys.readouterr().out


def program(folder, name, script):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
    path.chmod(0o755)


def test_what_is_not_installed_is_downloaded_and_unpacked(tmp_path, monkeypatch):
    page_of_gnome(tmp_path / "package/usr", "sharing-media")
    program(tmp_path / "bin", "apt-get", '[ "$*" = "download gnome-user-docs" ] && touch help.deb')
    program(tmp_path / "bin", "dpkg-deb", f'cp -r {tmp_path}/package/usr "$3"')
    monkeypatch.setattr(products, "INSTALLED", tmp_path / "nowhere")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert main(["--to", str(tmp_path / "sets"), "--only", "desktop"]) == 0
    assert [page.id for page in load(tmp_path / "sets/desktop").articles] == ["sharing-media"]


def test_without_apt_the_command_says_where_to_run_it(tmp_path, monkeypatch, capsys):
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(products, "INSTALLED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert main(["--to", str(tmp_path / "sets"), "--only", "mail"]) == 2
    said = capsys.readouterr().err
    assert "apt-get is missing" in said and "Debian 12" in said
    assert not (tmp_path / "sets").exists()


def test_a_package_that_cannot_be_had_is_named_with_what_to_do(tmp_path, monkeypatch, capsys):
    program(tmp_path / "bin", "apt-get", "echo 'E: Unable to locate package' >&2; exit 100")
    monkeypatch.setattr(products, "INSTALLED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert main(["--to", str(tmp_path / "sets"), "--only", "bookkeeping"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "gnucash-docs" in said and "apt-get update" in said and "Unable to locate package" in said


def test_a_page_may_be_listed_under_another_title_or_left_out(tmp_path, monkeypatch):
    for name in ("one", "two", "three"):
        page_of_gnome(tmp_path, name)
    (tmp_path / "desktop.txt").write_text("two\tThe second\none\nthree\t-\nfour\n")
    monkeypatch.setattr(products, "LISTS", tmp_path)
    found = products.read_pages("desktop", tmp_path)
    assert [(name, page.title) for name, page in found.items()] == [("two", "The second"), ("one", "one")]


def test_the_sets_are_laid_out_as_in_beir(tmp_path, monkeypatch):
    monkeypatch.setattr(products, "INSTALLED", tmp_path)
    page_of_gnome(tmp_path, "sharing-media")
    main(["--to", str(tmp_path / "sets"), "--only", "desktop"])
    folder = tmp_path / "sets/desktop"
    assert json.loads((folder / "corpus.jsonl").read_text()) == {
        "_id": "sharing-media",
        "title": "sharing-media",
        "text": "About it.",
    }
    assert set(json.loads((folder / "queries.jsonl").read_text().splitlines()[0])) == {"_id", "text", "answerable"}
    assert (folder / "qrels.tsv").read_text().splitlines()[0] == "query-id\tcorpus-id\tscore"
