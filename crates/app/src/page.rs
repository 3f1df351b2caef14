//! The viewer's page at destinations that have a front of their own: stored once per version.

use screener_publish::store::Condition;
use screener_publish::{Destination, ObjectKey};

use crate::{App, Result};

impl App {
    /// Stores the page where this version of it is not stored yet. The local edge brings its own.
    pub(crate) async fn ensure_page(&self, destination: &Destination) -> Result<()> {
        if destination.front().is_none() {
            return Ok(());
        }
        let kept = format!("page/{}", destination.name);
        let version = screener_edge::page::version();
        if self.engine().setting(&kept).await?.as_deref() == Some(version.as_str()) {
            return Ok(());
        }
        let store = self.engine().store(destination).await?;
        for file in screener_edge::page::files() {
            let body = bytes::Bytes::from_static(file.bytes);
            let key = ObjectKey::raw(file.key);
            store
                .put(&key, body, &Condition::Any)
                .await
                .map_err(screener_publish::Error::from)?;
        }
        Ok(self.engine().set_setting(&kept, Some(&version)).await?)
    }
}
