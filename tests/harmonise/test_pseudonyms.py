"""Pseudonyms: one person one name within a population, under a key that lies outside the repository."""

from pathlib import Path

import pandas as pd
import pytest

import tiny_study
from cwb_impact.errors import CwbError
from cwb_impact.harmonise.pseudonyms import KEY_VARIABLE, key_fingerprint, panel_key, pseudonyms
from cwb_impact.spec.study_file import Study
from cwb_impact.study import check, open_study

KEY = bytes(range(32))


def study_of(folder: Path, data: str, fingerprint: str | None = None) -> Study:
    recorded = f"data: {data}" + (f"\npanel_key: {fingerprint}" if fingerprint else "")
    tiny_study.edit(folder / "study.yml", "data: public", recorded)
    return open_study(folder).study


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    folder.mkdir()
    path = folder / "key"
    path.write_bytes(KEY)
    path.chmod(0o600)
    return path


def test_one_person_has_one_pseudonym_within_a_domain_and_a_key() -> None:
    ids = pd.Series(["17", "18", "17"])
    first, second = pseudonyms(ids, "residents", KEY), pseudonyms(ids, "coop_workers", KEY)
    assert first[0] == first[2] != first[1]
    assert not set(first) & set(second)
    assert not set(first) & set(pseudonyms(ids, "residents", b"l" * 32))


def test_a_pseudonym_is_an_hmac_of_128_bits() -> None:
    made = pseudonyms(pd.Series(["17"], index=[5]), "residents", KEY)
    # printf 'cwb:panel:v1:residents:17' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102...1f | cut -c-32
    assert made.to_dict() == {5: "2166453f2c9b5e4c39b8bfe70efef9a2"}


def test_a_fingerprint_tells_keys_apart() -> None:
    assert key_fingerprint(KEY) != key_fingerprint(b"l" * 32) and KEY.hex()[:16] not in key_fingerprint(KEY)


@pytest.mark.parametrize("data", ["public", "synthetic"])
def test_public_and_synthetic_data_need_no_key(tiny: Path, data: str) -> None:
    study = open_study(tiny).study if data == "public" else study_of(tiny, data)
    assert panel_key(study, {}) == panel_key(study, {KEY_VARIABLE: "/nowhere"})


def test_personal_data_need_a_key_file(tiny: Path, tmp_path: Path) -> None:
    study = study_of(tiny, "personal", key_fingerprint(KEY))
    for environment in (
        {},
        {KEY_VARIABLE: ""},
        {KEY_VARIABLE: str(tmp_path / "absent")},
        {KEY_VARIABLE: str(tmp_path)},
    ):
        with pytest.raises(CwbError, match="E171"):
            panel_key(study, environment)


def test_the_recorded_key_is_used(tiny: Path, key_file: Path) -> None:
    assert panel_key(study_of(tiny, "personal", key_fingerprint(KEY)), {KEY_VARIABLE: str(key_file)}) == KEY


def test_a_key_that_others_can_read_is_refused(tiny: Path, key_file: Path) -> None:
    key_file.chmod(0o644)
    with pytest.raises(CwbError, match=r"E171.*chmod 600"):
        panel_key(study_of(tiny, "personal", key_fingerprint(KEY)), {KEY_VARIABLE: str(key_file)})


def test_a_key_inside_a_git_tree_is_refused(tiny: Path, key_file: Path) -> None:
    (key_file.parent / ".git").mkdir()
    with pytest.raises(CwbError, match=r"E171.*git tree"):
        panel_key(study_of(tiny, "personal", key_fingerprint(KEY)), {KEY_VARIABLE: str(key_file)})


def test_a_link_into_a_git_tree_is_followed(tiny: Path, key_file: Path, tmp_path: Path) -> None:
    (key_file.parent / ".git").mkdir()
    link = tmp_path / "link"
    link.symlink_to(key_file)
    with pytest.raises(CwbError, match="git tree"):
        panel_key(study_of(tiny, "personal", key_fingerprint(KEY)), {KEY_VARIABLE: str(link)})


def test_a_short_key_is_refused(tiny: Path, key_file: Path) -> None:
    key_file.write_bytes(KEY[:31])
    with pytest.raises(CwbError, match=r"E171.*32 bytes"):
        panel_key(study_of(tiny, "personal", key_fingerprint(KEY)), {KEY_VARIABLE: str(key_file)})


def test_another_key_than_the_panels_stops_before_pseudonyms_are_made(
    tiny: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study_of(tiny, "personal", "0123456789abcdef")
    monkeypatch.setenv(KEY_VARIABLE, str(key_file))
    told = [str(problem) for problem in check(tiny) if problem.is_error]
    assert len(told) == 1 and "E172" in told[0] and "0123456789abcdef" in told[0]
    assert key_fingerprint(KEY) in told[0] and KEY.hex() not in told[0]


def test_a_panel_without_a_recorded_key_is_told_its_fingerprint(tiny: Path, key_file: Path) -> None:
    with pytest.raises(CwbError, match=f"E172.*panel_key: {key_fingerprint(KEY)}"):
        panel_key(study_of(tiny, "personal"), {KEY_VARIABLE: str(key_file)})
