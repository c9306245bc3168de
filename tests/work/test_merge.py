"""Two registers that name the same place are one place that knows what both say."""

from work.add import add_files
from work.ranking import rank_study, why_site
from work.studies import new_study

FIRST = (
    "Kode Barang,Nama Barang,Jenis,Desa,Kecamatan,Lintang,Bujur,Kebutuhan Tenaga (jam/minggu)\n"
    "1.3.1.01,SD Negeri Uji,SD Negeri,Uji,Uji,-7.4,109.7,16\n"
)
SECOND = (
    "Kode Barang,Nama Barang,Jenis,Desa,Kecamatan,Lintang,Bujur,Kapasitas (orang/hari)\n"
    "1.3.1.01,SD Negeri Uji,SD Negeri,Uji,Uji,-7.4,109.7,3\n"
)


def test_what_only_an_earlier_register_tells_stays(tmp_path):
    folder = tmp_path / "studi"
    new_study(folder, name="uji")
    for name, text in (("a.csv", FIRST), ("b.csv", SECOND)):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        add_files(folder, [path], kind="assets")
    site = rank_study(folder)["sites"]
    assert len(site) == 1
    told = {e["criterion"]: e["value"] for e in why_site(folder, site[0]["id"])["evidence"]}
    assert told["labour_need"] == 16
    assert told["capacity"] == 3


def test_a_later_register_corrects_its_own_value(tmp_path):
    folder = tmp_path / "studi"
    new_study(folder, name="uji")
    for name, need in (("a.csv", "16"), ("b.csv", "24")):
        path = tmp_path / name
        path.write_text(FIRST.replace(",16\n", f",{need}\n"), encoding="utf-8")
        add_files(folder, [path], kind="assets")
    site = rank_study(folder)["sites"][0]
    told = [e for e in why_site(folder, site["id"])["evidence"] if e["criterion"] == "labour_need"]
    assert [e["value"] for e in told] == [24]
