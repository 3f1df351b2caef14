//! A folder of a bucket, emptied.

use screener_store::ObjectKey;

use super::attempts::{Stopped, Uploads};
use crate::journal::object_rows;

/// Deletes `first` in its order, then everything below a folder until nothing is listed any more, and gives up its multipart uploads.
pub(crate) async fn sweep(uploads: &Uploads, folder: &str, first: &[ObjectKey]) -> Result<(), Stopped> {
    for key in first {
        uploads.persist(0, || uploads.store.delete_one(key)).await?;
    }
    let (destination, below) = (uploads.destination.clone(), folder.to_owned());
    let dangling = uploads
        .journal
        .read(move |t| object_rows::uploads_below(t, &destination, &below))
        .await?;
    for upload in dangling {
        uploads.persist(0, || uploads.store.abort(&upload)).await?;
        let destination = uploads.destination.clone();
        uploads
            .journal
            .call(move |t| object_rows::forget_upload(t, &destination, upload.key.as_str()))
            .await?;
    }
    loop {
        let (listing, _) = uploads
            .persist(0, || uploads.store.list_page(folder, None, None))
            .await?;
        if listing.objects.is_empty() {
            return Ok(());
        }
        let keys: Vec<ObjectKey> = listing.objects.into_iter().map(|o| ObjectKey::raw(o.key)).collect();
        uploads.persist(0, || uploads.store.delete(&keys)).await?;
    }
}
