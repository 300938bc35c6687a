"""How DuckDB reads a cell of text: the conventions of `registers.cells`, for millions of cells.

A test holds the two beside each other on the same strings.
"""

from __future__ import annotations

from cwb_impact.registers.ledger.source import TYPED

_SPACES = r"[\s\x{1C}-\x{1F}\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}]+"
_CURRENCY = "(?:€|eur|euros?)?"
_MINUS = "[-−–]"
_BEFORE = rf"{_CURRENCY} ?(\()? ?{_CURRENCY} ?({_MINUS})? ?{_CURRENCY} ?"
_AFTER = rf" ?{_CURRENCY} ?({_MINUS})? ?(\))? ?{_CURRENCY}"
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)$"
_LEGAL_FORMS = (
    "bv", "nv", "vof", "cv", "ua", "wa", "ba", "stichting", "cooperatie", "cooperatieve", "vereniging", "maatschap",
    "eenmanszaak", "ltd", "gmbh", "inc", "sa",
)  # fmt: skip
"""Words that a name may have or lack. `coop` is none: it can be all of a name."""


def _number(thousands: str, mark: str) -> tuple[str, str]:
    """What a usual number looks like, and what any number looks like."""
    dot, comma = ("\\." if one == "." else one for one in (thousands, mark))
    groups = rf"[1-9]\d{{0,2}}(?:{dot}\d{{3}})+"
    usual = rf"-?(?:{groups}|\d{{1,15}})(?:{comma}\d{{1,10}})?"
    whole = rf"({groups}|[1-9]\d{{0,2}}(?: \d{{3}})+|\d{{1,15}})"
    return usual, rf"{_BEFORE}{whole}(?:{comma}(?:(\d{{1,10}})|-{{1,2}}|=))?{_AFTER}"


def _number_macro(name: str, thousands: str, mark: str) -> str:
    usual, any_number = _number(thousands, mark)
    parts = "['opened', 'minus', 'whole', 'part', 'behind', 'closed']"
    found = f"regexp_extract(plain(t), '^{any_number}$', {parts}, 'i')"
    return f"""
    CREATE MACRO {name}_parts(x) AS CASE
        WHEN x.whole = '' OR (x.opened = '') <> (x.closed = '') THEN NULL
        WHEN (x.minus <> '')::INT + (x.behind <> '')::INT + (x.opened <> '')::INT > 1 THEN NULL
        ELSE TRY_CAST(CASE WHEN x.minus || x.behind || x.opened <> '' THEN '-' ELSE '' END
            || regexp_replace(x.whole, '[^0-9]', '', 'g') || '.' || x.part || '0' AS DECIMAL(18, 2)) END;
    CREATE MACRO {name}(t) AS CASE
        WHEN regexp_full_match(t, '{usual}')
            THEN TRY_CAST(replace(replace(t, '{thousands}', ''), '{mark}', '.') AS DECIMAL(18, 2))
        WHEN regexp_full_match(t, '-?[0-9.,]*[0-9]') THEN NULL
        ELSE {name}_parts({found}) END;
    """


MACROS = f"""
    CREATE MACRO plain(t) AS trim(regexp_replace(t, '{_SPACES}', ' ', 'g'));
    CREATE MACRO typed(t) AS starts_with(t, '{TYPED}');
    CREATE MACRO untyped(t) AS ltrim(t, '{TYPED}');
    {_number_macro("number_nl", ".", ",")}
    {_number_macro("number_en", ",", ".")}
    CREATE MACRO number_typed(t) AS TRY_CAST(untyped(t) AS DECIMAL(18, 2));

    CREATE MACRO without_time(t) AS regexp_replace(plain(t), '{_TIME}', '');
    CREATE MACRO day_of(y, m, d) AS CASE WHEN y > '0000' THEN
        TRY_CAST(y || '-' || lpad(m, 2, '0') || '-' || lpad(d, 2, '0') AS DATE) END;
    CREATE MACRO day_iso(t) AS CASE
        WHEN regexp_full_match(t, '[12]\\d{{3}}-\\d{{2}}-\\d{{2}}') THEN TRY_CAST(t AS DATE)
        WHEN regexp_full_match(without_time(t), '\\d{{8}}') THEN day_of(left(without_time(t), 4),
            substr(without_time(t), 5, 2), right(without_time(t), 2))
        WHEN regexp_full_match(without_time(t), '\\d{{4}}-\\d{{1,2}}-\\d{{1,2}}|\\d{{4}}/\\d{{1,2}}/\\d{{1,2}}')
            THEN day_of(split_part(translate(without_time(t), '/', '-'), '-', 1),
                split_part(translate(without_time(t), '/', '-'), '-', 2),
                split_part(translate(without_time(t), '/', '-'), '-', 3)) END;
    CREATE MACRO day_parts(t) AS string_split(translate(without_time(t), '/.', '--'), '-');
    CREATE MACRO year_is_last(t) AS regexp_full_match(without_time(t),
        '\\d{{1,2}}-\\d{{1,2}}-\\d{{4}}|\\d{{1,2}}/\\d{{1,2}}/\\d{{4}}|\\d{{1,2}}\\.\\d{{1,2}}\\.\\d{{4}}');
    CREATE MACRO day_dmy(t) AS CASE WHEN year_is_last(t)
        THEN day_of(day_parts(t)[3], day_parts(t)[2], day_parts(t)[1]) ELSE day_iso(t) END;
    CREATE MACRO day_mdy(t) AS CASE WHEN year_is_last(t)
        THEN day_of(day_parts(t)[3], day_parts(t)[1], day_parts(t)[2]) ELSE day_iso(t) END;
    CREATE MACRO day_typed(t) AS day_iso(untyped(t));

    CREATE MACRO postcode_of(t) AS CASE WHEN regexp_full_match(upper(plain(t)), '[1-9]\\d{{3}}( ?[A-Z]{{2}})?')
        THEN replace(upper(plain(t)), ' ', '') END;
    CREATE MACRO kvk_of(t) AS CASE WHEN regexp_full_match(translate(plain(t), ' .', ''), '\\d{{7,8}}')
        THEN nullif(lpad(translate(plain(t), ' .', ''), 8, '0'), '00000000') END;
    CREATE MACRO words(t) AS trim(regexp_replace(regexp_replace(replace(strip_accents(lower(t)), '&', ' en '),
        '[.''’`]', '', 'g'), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g'));
    CREATE MACRO without_form(w) AS array_to_string(list_filter(
        string_split(replace(replace(replace(' ' || w || ' ', ' b v ', ' bv '), ' v o f ', ' vof '), ' u a ', ' ua '),
            ' '),
        lambda one: one <> '' AND NOT list_contains({list(_LEGAL_FORMS)!r}, one)), ' ');
    CREATE MACRO name_key(t) AS coalesce(nullif(without_form(words(t)), ''), nullif(words(t), ''), lower(plain(t)));
"""
"""Every macro gives null for a cell that it cannot read. `name_key`: a name without what two spellings differ in."""
