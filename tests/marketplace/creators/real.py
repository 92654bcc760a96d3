"""Files in the shapes that platforms and vendors give, as they come: made up, and whole."""

import io
import json
import zipfile
from typing import Any


def _breakdown(keys: list[str], counts: dict[str, int]) -> dict[str, Any]:
    results = [{"dimension_values": name.split("|"), "value": n} for name, n in counts.items()]
    return {"dimension_keys": keys, "results": results}


def instagram(
    keys: list[str], counts: dict[str, int], name: str = "follower_demographics"
) -> dict[str, Any]:
    """One answer of the Graph API, with all that stands around the numbers."""
    metric = {
        "name": name,
        "period": "lifetime",
        "title": "Follower demographics",
        "description": "The demographic characteristics of followers.",
        "total_value": {"breakdowns": [_breakdown(keys, counts)]},
        "id": f"17841400000000000/insights/{name}/lifetime",
    }
    return {"data": [metric], "paging": {"previous": "https://graph.example/1", "next": "…"}}


AGES = instagram(["age", "gender"], {"18-24|F": 120, "25-34|F": 310, "25-34|M": 90, "65+|U": 4})
COUNTRIES = instagram(["country"], {"SE": 400, "NO": 80, "FI": 20})
CITIES = instagram(["city"], {f"Town {'abcdefghij'[n % 10]}{n}": 5 for n in range(45)})
INSTAGRAM = "\n".join(json.dumps(one, indent=1) for one in (AGES, COUNTRIES, CITIES))
INSTAGRAM_OLDER = json.dumps(
    {
        "data": [
            {
                "name": "audience_gender_age",
                "period": "lifetime",
                "values": [
                    {
                        "value": {"F.25-34": 60, "M.25-34": 40},
                        "end_time": "2023-05-04T07:00:00+0000",
                    }
                ],
            },
            {"name": "audience_country", "values": [{"value": {"SE": 75, "NO": 25}}]},
        ]
    }
)

YOUTUBE_AGES = {
    "kind": "youtubeAnalytics#resultTable",
    "columnHeaders": [
        {"name": "ageGroup", "columnType": "DIMENSION", "dataType": "STRING"},
        {"name": "gender", "columnType": "DIMENSION", "dataType": "STRING"},
        {"name": "viewerPercentage", "columnType": "METRIC", "dataType": "FLOAT"},
    ],
    "rows": [
        ["age18-24", "female", 12.5],
        ["age25-34", "female", 40.0],
        ["age25-34", "male", 30.5],
        ["age65-", "user_specified", 17.0],
    ],
}
YOUTUBE_COUNTRIES = {
    "kind": "youtubeAnalytics#resultTable",
    "columnHeaders": [{"name": "views"}, {"name": "country"}],
    "rows": [[30_000, "SE"], [10_000, "NO"]],
}
YOUTUBE = json.dumps([YOUTUBE_AGES, YOUTUBE_COUNTRIES])

STUDIO_AGES = (
    "\ufeffViewer age,Views (%),Average view duration,Watch time (hours) (%)\n"
    "13–17 years,0,0:00:00,0\n18–24 years,25.5,0:02:10,20.1\n25–34 years,60.25,0:03:01,70\n"
    "65+ years,14.25,0:01:00,9.9\n"
)
STUDIO_GENDERS = "Viewer gender,Views (%)\nFemale,61.2\nMale,38.3\nUser-specified,0.5\n"
STUDIO_PLACES = (
    "Geography,Views,Watch time (hours),Average view duration\nTotal,1000,40.25,0:02:24\n"
    'SE,700,30.1,0:02:34\n"NO",150,5.1,0:02:02\nDE,50,2.1,0:02:31\n'
)
STUDIO_TOTALS = "Date,Views\n2026-10-01,500\n2026-10-02,500\n"
STUDIO_GERMAN = "Alter der Zuschauer;Aufrufe (%)\n18–24 Jahre;31,4\n25–34 Jahre;68,6\n"


def zipped(**files: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            plain = name if "." in name else name.replace("_csv", ".csv").replace("_", " ")
            archive.writestr(plain, content)
    return out.getvalue()


STUDIO = zipped(
    Viewer_age_csv=STUDIO_AGES,
    Viewer_gender_csv=STUDIO_GENDERS,
    Geography_csv=STUDIO_PLACES,
    Totals_csv=STUDIO_TOTALS,
)

TIKTOK = json.dumps(
    {
        "code": 0,
        "message": "OK",
        "request_id": "2026",
        "data": {
            "followers_count": 12_345,
            "audience_countries": [
                {"country": "SE", "percentage": 0.61},
                {"country": "NO", "percentage": 0.2},
            ],
            "audience_cities": [],
            "audience_genders": [
                {"gender": "Female", "percentage": 0.7},
                {"gender": "Male", "percentage": 0.29},
                {"gender": "Other", "percentage": 0.01},
            ],
            "audience_ages": [
                {"age": "18-24", "percentage": 0.5},
                {"age": "25-34", "percentage": 0.4},
                {"age": "55+", "percentage": 0.1},
            ],
            "metrics": [{"date": "2026-11-02", "audience_activity": [{"hour": 1, "count": 9}]}],
        },
    }
)
TIKTOK_CREATOR = json.dumps(
    {
        "list": [
            {
                "handle_name": "ida",
                "followers_count": 900,
                "average_likes": 90,
                "average_comments": 8,
                "average_shares": 2,
                "audience_countries": [{"country": "Sweden", "percentage": "72.5%"}],
                "audience_genders": {"female": 55, "male": 45},
                "audience_ages": [{"age": "18-24", "percentage": 100}],
                "audience_locales": [{"locale": "sv-SE", "percentage": 80}],
                "audience_device": [{"device": "ios", "percentage": 100}],
            }
        ]
    }
)

VENDOR = json.dumps(
    {
        "error": False,
        "profile": {
            "profile": {"username": "ida", "followers": 8_240},
            "audience": {
                "notableUsers": [{"username": "somebody.else"}],
                "credibility": 0.83,
                "genders": [{"code": "MALE", "weight": 0.3}, {"code": "FEMALE", "weight": 0.7}],
                "ages": [{"code": "25-34", "weight": 0.7}, {"code": "45-64", "weight": 0.3}],
                "gendersPerAge": [
                    {"code": "25-34", "male": 0.2, "female": 0.5},
                    {"code": "45-64", "male": 0.1, "female": 0.2},
                ],
                "geoCountries": [{"name": "Sweden", "code": "SE", "weight": 0.6}],
                "geoCities": [{"name": "Umeå", "weight": 0.11}],
                "languages": [{"code": "sv", "name": "Swedish", "weight": 0.9}],
                "interests": [
                    {"name": "Coffee, Tea & Beverages", "weight": 0.5},
                    {"name": "Wedding", "weight": 0.4},
                    {"name": "Toys, Children & Baby", "weight": 0.6},
                ],
            },
        },
    }
)
#: What each is, so that any test can go through all of them.
ALL: dict[str, bytes] = {
    "instagram": INSTAGRAM.encode(),
    "older instagram": INSTAGRAM_OLDER.encode(),
    "youtube": YOUTUBE.encode(),
    "studio ages": STUDIO_AGES.encode(),
    "studio places": STUDIO_PLACES.encode(),
    "studio in german": STUDIO_GERMAN.encode("utf-16"),
    "studio zip": STUDIO,
    "tiktok": TIKTOK.encode(),
    "tiktok creator": TIKTOK_CREATOR.encode(),
    "vendor": VENDOR.encode(),
}
