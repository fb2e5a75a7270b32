"""Finishes the steps in dlt's working folder that a kill can cut in half and that dlt cannot take up again itself.

Every other point of a kill is covered by dlt: what is extracted or normalized stays pending, and loading it once more
writes the same file names. Each kill point was tried one by one, see tests/ingest/catalogue_dump/test_kill.py.
"""

import dlt


def finish_moves(pipeline: dlt.Pipeline) -> None:
    """Call before anything pending is normalized or loaded."""
    _make_folders(pipeline)
    _archive_loaded(pipeline)
    _forget_normalized(pipeline)


def _make_folders(pipeline: dlt.Pipeline) -> None:
    """dlt makes the folders of its load storage one by one and takes the first for all of them."""
    storage = pipeline._get_load_storage()
    for name in (storage.NEW_PACKAGES_FOLDER, storage.NORMALIZED_FOLDER, storage.LOADED_FOLDER):
        storage.storage.create_folder(name, exists_ok=True)


def _archive_loaded(pipeline: dlt.Pipeline) -> None:
    """A package is marked as completed, then moved: in between, dlt refuses to complete it a second time."""
    storage = pipeline._get_load_storage()
    for load_id in pipeline.list_normalized_load_packages():
        if storage.normalized_packages.is_package_completed(load_id):
            loaded = storage.get_loaded_package_path(load_id)
            storage.storage.rename_tree(storage.get_normalized_package_path(load_id), loaded)


def _forget_normalized(pipeline: dlt.Pipeline) -> None:
    """A normalized package is committed, then the extracted one is deleted, file by file.

    Left alone, the rest of it would be normalized again under the same load id, or fail for ever without its schema.
    """
    done = {*pipeline.list_normalized_load_packages(), *pipeline.list_completed_load_packages()}
    for load_id in done.intersection(pipeline.list_extracted_load_packages()):
        pipeline._get_normalize_storage().extracted_packages.delete_package(load_id)
