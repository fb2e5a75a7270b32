"""The endpoints development keys lost altogether: related artists, recommendations, new releases, markets, users."""

import re
from collections import Counter

from orchestration.local.music_api.catalogue import Artist, Catalogue, Track
from orchestration.local.music_api.errors import spotify_refusal
from orchestration.local.music_api.messages import Request
from orchestration.local.music_api.paging import page, window
from orchestration.local.music_api.routes import Route, found
from orchestration.local.music_api.shapes import MARKETS, Json, View
from orchestration.local.music_api.text import digest


class BrowseEndpoints:
    """Answers what lists the catalogue without a search."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        dated = [album for album in catalogue.albums.values() if album.release_date]
        self._newest = sorted(dated, key=lambda album: (album.release_date or "", album.album_id), reverse=True)
        self._genres = sorted({genre for artist in catalogue.artists.values() for genre in artist.genres})

    def routes(self) -> list[Route]:
        """Return the endpoints. Those without data of ours (categories, audio analysis) answer as for unknown ids."""
        return [
            Route("related_artists", re.compile("artists/([^/]+)/related-artists"), self._related_artists),
            Route("genre_seeds", re.compile("recommendations/available-genre-seeds"), self._genre_seeds),
            Route("recommendations", re.compile("recommendations"), self._recommendations),
            Route("new_releases", re.compile("browse/new-releases"), self._new_releases),
            Route("categories", re.compile("browse/categories"), self._categories),
            Route("category", re.compile("browse/categories/([^/]+)(?:/playlists)?"), self._unknown),
            Route("featured_playlists", re.compile("browse/featured-playlists"), self._unknown),
            Route("audio_analysis", re.compile("audio-analysis/([^/]+)"), self._unknown),
            Route("markets", re.compile("markets"), lambda request, view, _: {"markets": list(MARKETS)}),
            Route("user", re.compile("users/([^/]+)"), self._user),
            Route("user_playlists", re.compile("users/([^/]+)/playlists"), self._unknown),
        ]

    def _related_artists(self, request: Request, view: View, identifier: str) -> Json:
        """Return what the catalogue says; without such a table, who shares most genres."""
        artist = found(self._catalogue.artists, identifier)
        related = self._catalogue.related.get(artist.artist_id) or self._sharing_genres(artist)
        return {"artists": [view.artist(self._catalogue.artists[other]) for other in related[:20]]}

    def _sharing_genres(self, artist: Artist) -> list[str]:
        genres = set(artist.genres)
        shared = Counter({a.artist_id: len(genres & set(a.genres)) for a in self._catalogue.artists.values()})
        del shared[artist.artist_id]
        return [artist_id for artist_id, count in shared.most_common(20) if count]

    def _recommendations(self, request: Request, view: View, _: str) -> Json:
        """Return tracks of artists with the seeds' genres, in an order fixed by the seeds."""
        part = window(request, largest=100, default=20)
        seeds = {kind: (request.value(f"seed_{kind}") or "").split(",") for kind in ("artists", "tracks", "genres")}
        artists = [found(self._catalogue.artists, seed) for seed in seeds["artists"] if seed]
        tracks = [found(self._catalogue.tracks, seed) for seed in seeds["tracks"] if seed]
        artists += [self._catalogue.artists[track.artist_ids[0]] for track in tracks]
        genres = {genre for artist in artists for genre in artist.genres} | set(filter(None, seeds["genres"]))
        if not artists and not genres:
            raise spotify_refusal(400, "At least one seed is required")
        salt = "".join(sorted(genres))
        fitting = [track for track in self._catalogue.tracks.values() if genres & self._genres_of(track)]
        chosen = sorted(fitting, key=lambda track: digest(salt, track.track_id))[: part.limit]
        return {"seeds": [], "tracks": [view.track(track) for track in chosen]}

    def _genres_of(self, track: Track) -> set[str]:
        return set(self._catalogue.artists[track.artist_ids[0]].genres)

    def _genre_seeds(self, request: Request, view: View, _: str) -> Json:
        return {"genres": self._genres}

    def _new_releases(self, request: Request, view: View, _: str) -> Json:
        part = window(request, largest=50, default=20)
        url = f"{view.origin}/v1/browse/new-releases"
        return {"albums": page(url, {}, self._newest[:100], part, view.album_simplified)}

    def _categories(self, request: Request, view: View, _: str) -> Json:
        part = window(request, largest=50, default=20)
        return {"categories": page(f"{view.origin}/v1/browse/categories", {}, list[str](), part, str)}

    def _user(self, request: Request, view: View, name: str) -> Json:
        return {
            "display_name": name,
            "external_urls": {"spotify": f"https://open.spotify.com/user/{name}"},
            "followers": {"href": None, "total": 0},
            "href": f"{view.origin}/v1/users/{name}",
            "id": name,
            "images": [],
            "type": "user",
            "uri": f"spotify:user:{name}",
        }

    def _unknown(self, request: Request, view: View, identifier: str) -> Json:
        raise spotify_refusal(404, "Resource not found")
