"""A pack for the offline form, and a thumb that fills it in a real browser."""

import base64
import io
import shutil
from pathlib import Path

from surveys.questions import FieldType, spec
from surveys.sites import PackInput, PackSite
from surveys.webform import webform_html

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "accept_downloads": True,
    "locale": "id-ID",
    "timezone_id": "Asia/Jakarta",
}
REFUSED = """for (const name of ["indexedDB", "localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
Object.defineProperty(navigator, "geolocation", { get() { throw new DOMException("no"); } });"""
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
PASTED = {"lon": 109.69702, "lat": -7.39531, "accuracy_m": None, "source": "pasted"}


class Phones:
    """Fresh phones without a network; at the end nothing was asked for and nothing went wrong."""

    def __init__(self, chromium, counted_page, folder):
        self.chromium, self.counted_page, self.folder = chromium, counted_page, folder
        self.made = []

    def __call__(self, pack, *, refused=False, script="", **more):
        """Open a pack's form; ``refused`` takes storage and location away, as phones do."""
        context = self.chromium.new_context(**{**PHONE, **more}, offline=True)
        context.set_default_timeout(8000)
        for text in (REFUSED if refused else "", script):
            if text:
                context.add_init_script(text)
        counted = self.counted_page(context.new_page())
        counted.watch()
        self.made.append((context, counted))
        path = self.folder / "2-formulir.html"
        path.write_bytes(webform_html(pack))
        counted.page.goto(path.as_uri())
        counted.page.locator("body.ready").wait_for()
        return counted.page

    def close(self):
        for context, counted in self.made:
            assert counted.outside == []
            assert counted.errors == []
            context.close()


def begin(page, which=0):
    """Say who fills the form and open one site."""
    page.locator(".surveyor input").fill("AB-1")
    page.locator(".site").nth(which).tap()
    page.locator(".bar").wait_for()


def site(i, **told):
    """Make the i-th site of a team, in Banjarnegara's neighbourhood but invented."""
    return PackSite(
        **{
            "id": f"S{i:03d}",
            "name": f"SD Negeri {i} Contoh",
            "kind": "school",
            "kind_text": "Sekolah dasar",
            "agency": "Dinas Pendidikan",
            "address": f"Jalan Contoh {i}",
            "desa": "Kutabanjar",
            "kecamatan": "Banjarnegara",
            "lon": 109.69 + i / 1000,
            "lat": -7.39 - i / 2000,
            "order": i,
            "day": 1 + (i - 1) // 6,
            "arrive": f"{8 + i % 6:02d}:05",
            "leave": f"{8 + i % 6:02d}:50",
            "must_answer": (1, 5, 9),
            "conditions": ("C1",),
            "reasons": ("Persetujuan tertulis pimpinan", "Keselamatan kerja"),
            "hazards": ("Longsor: kelas 2 di peta",),
            **told,
        }
    )


def pack(sites, *, programme="kerja-sosial", synthetic=False, **told):
    """Make what the writer gets for these sites."""
    asked = spec(programme)
    return PackInput(
        **{
            "study_name": "Banjarnegara 2026",
            "programme": programme,
            "team": "A",
            "spec": asked,
            "sites": tuple(sites),
            "route_lonlat": {},
            "valid_until": "2026-12-31",
            "form_version": asked.version,
            "synthetic": synthetic,
            "emergency": (("BPBD", "0286-000000"),),
            "pack_id": "pack-1",
            **told,
        }
    )


def every_answer(programme, *, photo):
    """Answer every field a programme asks; the first choice that hides nothing."""
    chosen = {"q02": "berbeda", "q05": "bersyarat", "q16": "ya", "q21": "1"}
    numbers = {"q06": 40, "q10": 5, "q16_tahun": 2021, "q16_cm": 35, "q25_m2": 72.5}
    told = {}
    for field in spec(programme).fields:
        if field.type is FieldType.POINT:
            told[field.name] = PASTED
        elif field.type is FieldType.CHOICE:
            told[field.name] = chosen.get(field.name, field.choices[-1])
        elif field.type is FieldType.MANY:
            told[field.name] = field.choices[:2]
        elif field.type is FieldType.TEXT:
            told[field.name] = 'Syarat "aman" & <b>jelas</b> 100 %'
        elif field.type is FieldType.PHOTO:
            told[field.name] = photo
        else:
            told[field.name] = numbers[field.name]
    return told


def fill(page, programme, answers):
    """Fill the open site page as a thumb would, field by field."""
    for name, value in answers.items():
        field, box = spec(programme).field(name), page.locator(f'[data-field="{name}"]')
        if field.type is FieldType.POINT:
            box.locator(".paste input").fill("-7,39531; 109,69702")
            box.locator(".paste button").tap()
        elif field.type is FieldType.PHOTO:
            box.locator("input[type=file]").set_input_files(str(value))
            box.locator("img").wait_for()
        elif box.locator("select").count():
            box.locator("select").select_option(value)
        elif field.type in (FieldType.CHOICE, FieldType.MANY):
            for choice in [value] if isinstance(value, str) else value:
                box.locator(f'input[value="{choice}"]').tap()
        else:
            shown = f"{value}".replace(".", ",") if isinstance(value, float) else f"{value}"
            box.locator("input, textarea").fill(shown)


def save(page, folder, *, button=".bar .main"):
    """Tap save and return the file that came down."""
    with page.expect_download() as waited:
        page.locator(button).tap()
    path = Path(folder) / waited.value.suggested_filename
    waited.value.save_as(path)
    return path


def photo(path, *, size=(2400, 1800), place=True):
    """Write a JPEG as a phone's camera does, with its place (7°23'42.5"S 109°41'24"E) and time."""
    from PIL import Image

    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    exif = Image.Exif()
    if place:
        exif[0x8825] = {1: "S", 2: (7.0, 23.0, 42.5), 3: "E", 4: (109.0, 41.0, 24.0)}
        exif[0x8769] = {0x9003: "2026:11:20 09:12:13", 0x9011: "+07:00"}
    picture.save(path, quality=80, exif=exif)
    return path


def jpeg_size(data_url):
    """Return the pixels and the EXIF of a photo the form sent."""
    from PIL import Image

    raw = base64.b64decode(data_url.removeprefix("data:image/jpeg;base64,"))
    with Image.open(io.BytesIO(raw)) as picture:
        return picture.size, dict(picture.getexif()), len(raw)
