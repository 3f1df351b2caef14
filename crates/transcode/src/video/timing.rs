//! The frame rate that a stream's parameter sets declare.
//!
//! Encoders write the clock of their time stamps there, thousands of ticks a second, which is no frame rate. Demuxers that find
//! no duration with a picture take it from there: FFmpeg's command line then shows slow films half a frame early.

use std::ffi::CString;
use std::ptr;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;
use screener_ladder::source::Ratio;

/// Parameter sets (as an encoder or a container has them) that declare this frame rate; `None` where that cannot be done.
pub fn with_rate(parameters: &ffmpeg::codec::Parameters, rate: Ratio) -> Option<Vec<u8>> {
    // A tick is a field's time.
    let ticks = CString::new(format!("{}/{}", u64::from(rate.num) * 2, rate.den)).ok()?;
    // SAFETY: the context is allocated and freed here; it gets a copy of the parameters, and its output is copied before it is
    // freed.
    unsafe {
        let filter = ffi::av_bsf_get_by_name(c"h264_metadata".as_ptr());
        let mut context: *mut ffi::AVBSFContext = ptr::null_mut();
        if filter.is_null() || ffi::av_bsf_alloc(filter, &raw mut context) < 0 {
            return None;
        }
        let ready = ffi::avcodec_parameters_copy((*context).par_in, parameters.as_ptr()) >= 0
            && ffi::av_opt_set((*context).priv_data, c"tick_rate".as_ptr(), ticks.as_ptr(), 0) >= 0
            && ffi::av_bsf_init(context) >= 0;
        let out = (*context).par_out;
        let sets = (ready && !(*out).extradata.is_null())
            .then(|| std::slice::from_raw_parts((*out).extradata, (*out).extradata_size as usize).to_vec());
        ffi::av_bsf_free(&raw mut context);
        sets
    }
}
