//! What is worth a line in a log, with metrics in CloudWatch's embedded format. Never a parameter of a link.

use serde_json::{Value, json};

/// One request, told afterwards.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// The gateway's id of the request.
    pub request_id: String,
    /// `GET`, `HEAD`, `OPTIONS`, or `OTHER`.
    pub method: &'static str,
    /// The object's key; empty where the path was refused.
    pub key: String,
    /// HTTP status.
    pub status: u16,
    /// The problem's code; empty where there was none.
    pub code: &'static str,
    /// More about a problem, for those who read logs.
    pub detail: String,
    /// Milliseconds in all.
    pub duration: f64,
    /// Milliseconds of them that the origin took.
    pub origin: f64,
    /// Bytes of the playlist as stored.
    pub bytes_in: usize,
    /// Bytes of the answer as packed.
    pub bytes_out: usize,
    /// Was the answer packed?
    pub gzip: bool,
    /// Was this the first request of the process, and how long did its start take? Milliseconds.
    pub cold_start: Option<f64>,
}

impl Record {
    /// One line of JSON in CloudWatch's embedded metric format. `timestamp`: milliseconds since 1970.
    pub fn to_emf(&self, timestamp: u64) -> Value {
        let mut metrics = vec![
            json!({"Name": "Duration", "Unit": "Milliseconds"}),
            json!({"Name": "OriginDuration", "Unit": "Milliseconds"}),
            json!({"Name": "Bytes", "Unit": "Bytes"}),
            json!({"Name": "Errors", "Unit": "Count"}),
        ];
        if self.cold_start.is_some() {
            metrics.push(json!({"Name": "ColdStart", "Unit": "Milliseconds"}));
        }
        let mut line = json!({
            "_aws": {
                "Timestamp": timestamp,
                "CloudWatchMetrics": [{"Namespace": "Screener", "Dimensions": [["Part"]], "Metrics": metrics}],
            },
            "Part": "endpoint",
            "Duration": self.duration,
            "OriginDuration": self.origin,
            "Bytes": self.bytes_out,
            "Errors": u8::from(self.status >= 500),
            "level": if self.status >= 500 { "error" } else { "info" },
            "requestId": self.request_id,
            "method": self.method,
            "key": self.key,
            "status": self.status,
            "playlistBytes": self.bytes_in,
            "gzip": self.gzip,
        });
        if let Some(cold_start) = self.cold_start {
            line["ColdStart"] = cold_start.into();
        }
        if !self.code.is_empty() {
            line["code"] = self.code.into();
        }
        if !self.detail.is_empty() {
            line["detail"] = self.detail.as_str().into();
        }
        line
    }
}
