"""spotipy 2.26 against the running server, with both kinds of key: every call of facts/spotify.md."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from spotipy import Spotify, SpotifyException

from orchestration.local.music_api.catalogue import Catalogue

from .conftest import (
    AESPA,
    BANGS,
    LONG_ALBUM,
    NIRVANA,
    OTHER_NIRVANA,
    QUIET,
    SHINEE,
    Connect,
    Serve,
    made_id,
    token,
)

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:spotipy", "ignore:You should use:DeprecationWarning"
)

BUTTER = made_id("track", 301)
NO_FEATURES = made_id("track", 303)
UNKNOWN = "0" * 22
MINE, THEIRS, EMPTY = (f"demoPlaylist{number:010d}" for number in (3, 2, 4))


@pytest.fixture
def extended(serve: Serve, connect: Connect) -> Spotify:
    return connect(serve())


@pytest.fixture
def development(serve: Serve, connect: Connect) -> Spotify:
    return connect(serve(profile="development"))


def all_items(spotify: Spotify, first: dict[str, Any]) -> list[dict[str, Any]]:
    """Follow `next` to the end."""
    page, items = first, list(first["items"])
    while page["next"]:
        page = spotify.next(page)
        page = page if "items" in page else next(iter(page.values()))
        items += page["items"]
    return items


def refused(call: Callable[[], Any]) -> tuple[int, str]:
    """Return status and message of the refusal."""
    with pytest.raises(SpotifyException) as caught:
        call()
    return caught.value.http_status, caught.value.msg.rsplit(":\n ", 1)[-1]


def test_search_finds_three_kinds(extended: Spotify) -> None:
    found = extended.search("shinee", type="artist,track,album", market="KR")
    assert found["artists"]["items"][0]["id"] == SHINEE
    assert found["tracks"]["items"][0]["id"] == BUTTER
    assert found["albums"]["total"] == 13
    assert found["artists"]["limit"] == 10


def test_search_without_a_limit_takes_the_default_of_the_key(serve: Serve) -> None:
    for profile, default in (("extended", 20), ("development", 5)):
        server = serve(profile=profile)
        answer = requests.get(f"{server.spotify_url}search?q=song&type=track", headers=token(server), timeout=5).json()
        assert (answer["tracks"]["limit"], len(answer["tracks"]["items"])) == (default, default)


@pytest.mark.parametrize("profile", ["extended", "development"])
def test_search_pages_to_the_end_without_loss_or_repeat(serve: Serve, connect: Connect, profile: str) -> None:
    spotify = connect(serve(profile=profile))
    first = spotify.search("artist:aespa", type="track", limit=7, market="KR")["tracks"]
    ids = [item["id"] for item in all_items(spotify, first)]
    assert sorted(ids) == sorted([*(made_id("track", number) for number in range(1, 121)), BUTTER])


def test_search_links_name_this_server_and_lead_back(extended: Spotify) -> None:
    first = extended.search("song", type="track", limit=5)["tracks"]
    assert first["href"].startswith(extended.prefix)
    second = extended.next(first)["tracks"]
    assert extended.previous(second)["tracks"]["items"] == first["items"]
    assert first["previous"] is None


def test_offset_ends_at_1000(extended: Spotify) -> None:
    assert extended.search("song", offset=1000)["tracks"]["items"] == []
    assert refused(lambda: extended.search("song", offset=1001)) == (400, "Invalid offset")


@pytest.mark.parametrize(("profile", "largest"), [("extended", 50), ("development", 10)])
def test_limit_ends_where_the_profile_says(serve: Serve, connect: Connect, profile: str, largest: int) -> None:
    spotify = connect(serve(profile=profile))
    assert len(spotify.search("song", limit=largest)["tracks"]["items"]) == largest
    assert refused(lambda: spotify.search("song", limit=largest + 1)) == (400, "Invalid limit")
    assert refused(lambda: spotify.artist_albums(AESPA, limit=largest + 1)) == (400, "Invalid limit")
    assert refused(lambda: spotify.search("song", limit=0)) == (400, "Invalid limit")


def test_spotipys_default_limit_of_artist_albums_fails_with_a_development_key(development: Spotify) -> None:
    assert refused(lambda: development.artist_albums(AESPA)) == (400, "Invalid limit")
    assert development.artist_albums(AESPA, limit=10)["total"] == 2


def test_search_needs_words_and_a_known_type(extended: Spotify) -> None:
    assert refused(lambda: extended.search("")) == (400, "No search query")
    assert refused(lambda: extended.search("x", type="song")) == (400, "Bad search type field song")


def test_artist_and_album_and_track(extended: Spotify) -> None:
    artist = extended.artist(AESPA)
    assert (artist["name"], artist["genres"]) == ("aespa", ["k-pop", "k-pop girl group"])
    assert (artist["popularity"], artist["followers"]["total"]) == (80, 10)
    album = extended.album(LONG_ALBUM)
    assert (album["name"], album["total_tracks"], album["tracks"]["total"]) == ("Album 99", 120, 120)
    track = extended.track(BUTTER)
    assert [credit["id"] for credit in track["artists"]] == [SHINEE, AESPA]
    assert (track["album"]["release_date"], track["album"]["release_date_precision"]) == ("1998", "year")
    assert len(track["external_ids"]["isrc"]) == 12


def test_release_dates_keep_their_precision(extended: Spotify) -> None:
    found = [extended.album(made_id("album", number)) for number in (99, 201, 301, 304)]
    dates = [(album["release_date"], album["release_date_precision"]) for album in found]
    assert dates == [("2021-05-17", "day"), ("2008-05", "month"), ("1998", "year"), (None, None)]


def test_several_keep_the_order_and_say_null_for_unknown(extended: Spotify) -> None:
    artists = extended.artists([NIRVANA, UNKNOWN, AESPA])["artists"]
    assert [artist and artist["id"] for artist in artists] == [NIRVANA, None, AESPA]
    tracks = extended.tracks([BUTTER, UNKNOWN], market="KR")["tracks"]
    assert [track and track["name"] for track in tracks] == ["Butter", None]
    albums = extended.albums([LONG_ALBUM, UNKNOWN])["albums"]
    assert [album and album["tracks"]["total"] for album in albums] == [120, None]


@pytest.mark.parametrize(("call", "cap"), [("artists", 50), ("tracks", 50), ("albums", 20)])
def test_several_have_a_cap(extended: Spotify, call: str, cap: int) -> None:
    assert len(getattr(extended, call)([UNKNOWN] * cap)[call]) == cap
    assert refused(lambda: getattr(extended, call)([UNKNOWN] * (cap + 1)))[0] == 400


def test_audio_features_come_in_order_with_null_for_unknown_and_missing(extended: Spotify) -> None:
    first, unknown, missing = extended.audio_features([made_id("track", 1), UNKNOWN, NO_FEATURES])
    assert (unknown, missing) == (None, None)
    assert (first["danceability"], first["tempo"], first["key"], first["time_signature"]) == (0.0, 120.25, 0, 4)
    assert len(extended.audio_features([BUTTER] * 100)) == 100
    assert refused(lambda: extended.audio_features([BUTTER] * 101))[0] == 400


def test_one_tracks_audio_features(serve: Serve, http: requests.Session) -> None:
    server = serve()
    http.headers.update(token(server))
    assert http.get(f"{server.spotify_url}audio-features/{BUTTER}").json()["id"] == BUTTER
    assert http.get(f"{server.spotify_url}audio-features/{NO_FEATURES}").status_code == 404


def test_artist_albums_are_grouped(extended: Spotify) -> None:
    everything = extended.artist_albums(SHINEE, limit=50)
    assert everything["total"] == 13
    kinds = {item["album_type"] for item in everything["items"]}
    singles = extended.artist_albums(SHINEE, include_groups="single", limit=50)["items"]
    assert {item["album_group"] for item in singles} == {"single"} <= kinds
    assert [item["id"] for item in everything["items"]][-1] == made_id("album", 301), "newest first"


def test_top_tracks_are_ten_by_popularity(extended: Spotify, catalogue: Catalogue) -> None:
    tracks = extended.artist_top_tracks(AESPA, country="KR")["tracks"]
    popularity = [track["popularity"] for track in tracks]
    assert len(tracks) == 10
    assert popularity == sorted(popularity, reverse=True)
    assert popularity[0] == 99


def test_top_tracks_need_a_market(serve: Serve, http: requests.Session) -> None:
    server = serve()
    url = f"{server.spotify_url}artists/{AESPA}/top-tracks"
    assert http.get(url, headers=token(server)).json()["error"]["message"] == "Missing market parameter"


def test_album_tracks_page_to_the_end(extended: Spotify) -> None:
    items = all_items(extended, extended.album_tracks(LONG_ALBUM, limit=50))
    assert [item["track_number"] for item in items] == list(range(1, 121))
    assert len({item["id"] for item in items}) == 120
    assert all(item["is_playable"] in (True, False) for item in extended.album_tracks(LONG_ALBUM, market="KR")["items"])


@pytest.mark.parametrize("limit", [1, 30, 40, 50])
def test_last_page_has_no_next_even_when_it_is_full(extended: Spotify, limit: int) -> None:
    last = extended.album_tracks(LONG_ALBUM, limit=limit, offset=120 - limit)
    assert (len(last["items"]), last["next"]) == (limit, None)
    assert extended.album_tracks(LONG_ALBUM, limit=limit, offset=119 - limit)["next"]


def test_market_replaces_the_list_of_markets(extended: Spotify) -> None:
    without, within, nowhere = (extended.track(BUTTER, market=market) for market in (None, "KR", "AQ"))
    assert "KR" in without["available_markets"]
    assert "is_playable" not in without
    assert within["is_playable"] is True
    assert "available_markets" not in within
    assert (nowhere["is_playable"], nowhere["restrictions"]) == (False, {"reason": "market"})
    assert refused(lambda: extended.track(BUTTER, market="Korea")) == (400, "Invalid market code")


@pytest.mark.parametrize("kind", ["artists", "albums", "tracks", "audio-features"])
def test_malformed_id_is_400_and_unknown_404(serve: Serve, http: requests.Session, kind: str) -> None:
    server = serve()
    http.headers.update(token(server))
    malformed = http.get(f"{server.spotify_url}{kind}/too-short")
    assert (malformed.status_code, malformed.json()["error"]["message"]) == (400, "invalid id")
    assert http.get(f"{server.spotify_url}{kind}/{UNKNOWN}").status_code == 404
    assert http.get(f"{server.spotify_url}{kind}?ids=too-short").status_code == 400


@pytest.mark.parametrize(
    ("language", "name"), [("ko", "에스파"), ("ja", "エスパ"), ("en", "aespa"), ("ko-KR,en", "에스파")]
)
def test_names_follow_the_language(serve: Serve, connect: Connect, language: str, name: str) -> None:
    spotify = connect(serve(), language=language)
    assert spotify.artist(AESPA)["name"] == name
    assert spotify.track(BUTTER)["artists"][1]["name"] == name
    assert spotify.artist(NIRVANA)["name"] == "Nirvana"


def test_both_slash_forms_answer_alike(serve: Serve, http: requests.Session) -> None:
    server = serve()
    http.headers.update(token(server))
    for path in (f"artists{{}}?ids={AESPA}", f"albums/{LONG_ALBUM}/tracks{{}}?limit=2", "search{}?q=aespa&type=artist"):
        plain, slash = (http.get(server.spotify_url + path.format(end)) for end in ("", "/"))
        assert (plain.status_code, plain.json()) == (200, slash.json())


def test_images_are_served_and_some_artists_have_none(serve: Serve, http: requests.Session) -> None:
    server = serve()
    url = http.get(f"{server.spotify_url}albums/{LONG_ALBUM}", headers=token(server)).json()["images"][0]["url"]
    picture = http.get(url)
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.text.startswith("<svg")
    assert http.get(f"{server.origin}/images/../secret").status_code == 404


def test_fields_a_development_key_does_not_get(development: Spotify) -> None:
    artist, track, album = development.artist(AESPA), development.track(BUTTER), development.album(LONG_ALBUM)
    assert not {"followers", "popularity"} & set(artist)
    assert not {"popularity", "available_markets", "linked_from"} & set(track)
    assert not {"popularity", "label", "available_markets"} & set(album)
    assert "album_group" not in development.artist_albums(AESPA, limit=1)["items"][0]
    assert "available_markets" not in album["tracks"]["items"][0]
    assert track["external_ids"]["isrc"]
    assert album["external_ids"]["upc"]


def test_genres_of_a_development_key_are_full_empty_null_or_absent(serve: Serve, http: requests.Session) -> None:
    server = serve(profile="development")
    http.headers.update(token(server))
    artists = [AESPA, SHINEE, NIRVANA, OTHER_NIRVANA, BANGS, QUIET]
    twice = [
        [http.get(f"{server.spotify_url}artists/{a}").json().get("genres", "absent") for a in artists] for _ in "ab"
    ]
    assert twice[0] == twice[1], "the same at every call"
    albums = [http.get(f"{server.spotify_url}albums/{made_id('album', n)}").json() for n in range(201, 213)]
    assert {str(album.get("genres", "absent")) for album in albums} == {"[]", "None", "absent"}


REMOVED: list[tuple[str, Callable[[Spotify], Any]]] = [
    ("several artists", lambda spotify: spotify.artists([AESPA])),
    ("several tracks", lambda spotify: spotify.tracks([BUTTER])),
    ("several albums", lambda spotify: spotify.albums([LONG_ALBUM])),
    ("top tracks", lambda spotify: spotify.artist_top_tracks(AESPA, country="KR")),
    ("audio features", lambda spotify: spotify.audio_features([BUTTER])),
    ("related artists", lambda spotify: spotify.artist_related_artists(AESPA)),
    ("recommendations", lambda spotify: spotify.recommendations(seed_artists=[AESPA])),
    ("genre seeds", lambda spotify: spotify.recommendation_genre_seeds()),
    ("new releases", lambda spotify: spotify.new_releases()),
    ("categories", lambda spotify: spotify.categories()),
    ("markets", lambda spotify: spotify.available_markets()),
    ("user", lambda spotify: spotify.user("somebody")),
]


@pytest.mark.parametrize("call", [call for _, call in REMOVED], ids=[name for name, _ in REMOVED])
def test_removed_call_is_forbidden_in_development_and_answers_in_extended(
    extended: Spotify, development: Spotify, call: Callable[[Spotify], Any]
) -> None:
    assert call(extended)
    assert refused(lambda: call(development)) == (403, "Forbidden")


def test_related_artists_share_genres(extended: Spotify) -> None:
    assert [artist["id"] for artist in extended.artist_related_artists(AESPA)["artists"]] == [SHINEE]


def test_playlists_of_an_extended_key_are_whole(extended: Spotify) -> None:
    playlist = extended.playlist(THEIRS)
    assert (playlist["owner"]["id"], playlist["tracks"]["total"]) == ("somebody", 24)
    items = all_items(extended, extended.playlist_items(THEIRS, limit=10))
    assert [item["is_local"] for item in items].count(True) == 1
    assert [item["track"] for item in items].count(None) == 1
    local = next(item["track"] for item in items if item["is_local"])
    assert (local["id"], local["uri"]) == (None, "spotify:local:A+friend::Demo+tape:187")
    assert extended.playlist(EMPTY)["tracks"]["items"] == []


def test_fields_narrow_a_playlist(extended: Spotify) -> None:
    answer = extended.playlist_items(MINE, fields="items(track(id,artists.name)),total", limit=1)
    track = answer["items"][0]["track"]
    assert set(answer) == {"items", "total"}
    assert set(track) == {"id", "artists"}
    assert set(track["artists"][0]) == {"name"}


def test_development_key_reads_the_items_of_its_own_playlists_only(development: Spotify) -> None:
    theirs, mine = development.playlist(THEIRS), development.playlist(MINE)
    assert theirs["name"] == "Odds and ends"
    assert not {"tracks", "items"} & set(theirs)
    assert mine["items"]["items"][0]["item"]["type"] == "track"
    assert "track" not in mine["items"]["items"][0]
    assert len(all_items(development, development.playlist_items(MINE, limit=10))) == 15
    assert refused(lambda: development.playlist_items(THEIRS)) == (403, "Forbidden")


def test_old_playlist_path_is_gone_for_development(serve: Serve, http: requests.Session) -> None:
    server = serve(profile="development")
    answer = http.get(f"{server.spotify_url}playlists/{MINE}/tracks", headers=token(server))
    assert (answer.status_code, answer.json()["error"]["message"]) == (403, "Forbidden")


def test_paths_that_are_nowhere_are_404(serve: Serve, http: requests.Session) -> None:
    server = serve()
    answer = http.get(f"{server.spotify_url}nothing", headers=token(server))
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, "Service not found")
