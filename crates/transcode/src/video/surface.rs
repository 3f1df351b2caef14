//! Pictures as encoders in hardware want them: their chroma interleaved, and for some in the device's own memory.

use ffmpeg::format::Pixel;
use ffmpeg::{Error, ffi, frame};
use ffmpeg_next as ffmpeg;

/// Where an encoder takes its pictures from, and how they lie there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intake {
    /// Main memory, three planes: as the ladder has them.
    Planar,
    /// Main memory, chroma interleaved (NV12).
    SemiPlanar,
    /// The memory of a VAAPI device.
    Vaapi,
}

/// What stands between the ladder's pictures and an encoder.
pub struct Surfaces {
    intake: Intake,
    /// Reference to the device's pool of pictures; null where there is none.
    pool: *mut ffi::AVBufferRef,
}

// SAFETY: the reference is this value's own, and libavutil counts references atomically.
unsafe impl Send for Surfaces {}

/// Pictures of the device at once: those that the encoder holds, and some on their way.
const POOL: i32 = 24;

impl Surfaces {
    /// Opens what an intake needs for pictures of a size.
    pub fn open(intake: Intake, width: u32, height: u32) -> Result<Self, Error> {
        let mut surfaces = Self {
            intake,
            pool: std::ptr::null_mut(),
        };
        if intake == Intake::Vaapi {
            surfaces.pool = pool(width, height)?;
        }
        Ok(surfaces)
    }

    /// The format that the encoder is opened for.
    pub fn format(&self) -> Pixel {
        match self.intake {
            Intake::Planar => Pixel::YUV420P,
            Intake::SemiPlanar => Pixel::NV12,
            Intake::Vaapi => Pixel::VAAPI,
        }
    }

    /// Tells a context that is not yet open of the device's pool.
    ///
    /// # Safety
    /// The context is valid and not open.
    pub unsafe fn tell(&self, context: *mut ffi::AVCodecContext) -> Result<(), Error> {
        if self.pool.is_null() {
            return Ok(());
        }
        // SAFETY: the pool is a valid reference, and the context takes over the new one.
        unsafe {
            let reference = ffi::av_buffer_ref(self.pool);
            if reference.is_null() {
                return Err(Error::Other { errno: libc::ENOMEM });
            }
            (*context).hw_frames_ctx = reference;
        }
        Ok(())
    }

    /// The picture as the encoder takes it; `None` where it takes it as it is.
    pub fn taken(&self, picture: &frame::Video) -> Result<Option<frame::Video>, Error> {
        if self.intake == Intake::Planar {
            return Ok(None);
        }
        let interleaved = interleave(picture)?;
        if self.intake == Intake::SemiPlanar {
            return Ok(Some(interleaved));
        }
        let mut there = frame::Video::empty();
        // SAFETY: both frames and the pool are valid; the new frame has no buffers yet.
        unsafe {
            check(ffi::av_hwframe_get_buffer(self.pool, there.as_mut_ptr(), 0))?;
            check(ffi::av_hwframe_transfer_data(
                there.as_mut_ptr(),
                interleaved.as_ptr(),
                0,
            ))?;
            check(ffi::av_frame_copy_props(there.as_mut_ptr(), picture.as_ptr()))?;
        }
        Ok(Some(there))
    }
}

impl Drop for Surfaces {
    fn drop(&mut self) {
        // SAFETY: the reference is ours; null is taken as nothing.
        unsafe { ffi::av_buffer_unref(&raw mut self.pool) };
    }
}

fn check(code: i32) -> Result<(), Error> {
    if code < 0 { Err(Error::from(code)) } else { Ok(()) }
}

/// A pool of pictures in the memory of the first VAAPI device.
#[expect(
    clippy::cast_ptr_alignment,
    reason = "libavutil allocates the bytes as this structure"
)]
fn pool(width: u32, height: u32) -> Result<*mut ffi::AVBufferRef, Error> {
    let out_of_memory = Error::Other { errno: libc::ENOMEM };
    // SAFETY: libavutil's own constructors; each reference is given back where it is not handed on, and the fields are set
    // between allocation and initialisation, as it asks for.
    unsafe {
        let mut device = std::ptr::null_mut();
        check(ffi::av_hwdevice_ctx_create(
            &raw mut device,
            ffi::AVHWDeviceType::AV_HWDEVICE_TYPE_VAAPI,
            std::ptr::null(),
            std::ptr::null_mut(),
            0,
        ))?;
        let mut pool = ffi::av_hwframe_ctx_alloc(device);
        ffi::av_buffer_unref(&raw mut device);
        if pool.is_null() {
            return Err(out_of_memory);
        }
        let frames = (*pool).data.cast::<ffi::AVHWFramesContext>();
        (*frames).format = ffi::AVPixelFormat::AV_PIX_FMT_VAAPI;
        (*frames).sw_format = ffi::AVPixelFormat::AV_PIX_FMT_NV12;
        (*frames).width = i32::try_from(width).unwrap_or(i32::MAX);
        (*frames).height = i32::try_from(height).unwrap_or(i32::MAX);
        (*frames).initial_pool_size = POOL;
        if let Err(error) = check(ffi::av_hwframe_ctx_init(pool)) {
            ffi::av_buffer_unref(&raw mut pool);
            return Err(error);
        }
        Ok(pool)
    }
}

/// The same picture with its chroma interleaved, and with its time and kind.
fn interleave(picture: &frame::Video) -> Result<frame::Video, Error> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut out = frame::Video::new(Pixel::NV12, picture.width(), picture.height());
    let stride = out.stride(0);
    for (to, from) in out
        .data_mut(0)
        .chunks_mut(stride)
        .zip(picture.data(0).chunks(picture.stride(0)))
        .take(height)
    {
        to[..width].copy_from_slice(&from[..width]);
    }
    let (columns, rows) = (width.div_ceil(2), height.div_ceil(2));
    let stride = out.stride(1);
    let blue = picture.data(1).chunks(picture.stride(1));
    let red = picture.data(2).chunks(picture.stride(2));
    for ((to, blue), red) in out.data_mut(1).chunks_mut(stride).zip(blue).zip(red).take(rows) {
        for ((pair, blue), red) in to.chunks_exact_mut(2).zip(&blue[..columns]).zip(&red[..columns]) {
            pair.copy_from_slice(&[*blue, *red]);
        }
    }
    // SAFETY: both frames are valid.
    check(unsafe { ffi::av_frame_copy_props(out.as_mut_ptr(), picture.as_ptr()) })?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use ffmpeg::picture;

    use super::*;

    #[test]
    fn chroma_is_interleaved_and_the_rest_stays() {
        let mut planar = frame::Video::new(Pixel::YUV420P, 6, 4);
        for plane in 0..3 {
            let (width, height) = if plane == 0 { (6, 4) } else { (3, 2) };
            let stride = planar.stride(plane);
            for (y, row) in planar.data_mut(plane).chunks_mut(stride).take(height).enumerate() {
                for (x, value) in row.iter_mut().take(width).enumerate() {
                    *value = (100 * plane + 10 * y + x) as u8;
                }
            }
        }
        planar.set_pts(Some(7));
        planar.set_kind(picture::Type::I);
        let surfaces = Surfaces::open(Intake::SemiPlanar, 6, 4).expect("main memory needs no device");
        let taken = surfaces.taken(&planar).expect("copied").expect("another picture");
        assert_eq!(
            (taken.format(), taken.pts(), taken.kind()),
            (Pixel::NV12, Some(7), picture::Type::I)
        );
        let row = |plane: usize, y: usize| taken.data(plane)[y * taken.stride(plane)..][..6].to_vec();
        assert_eq!(row(0, 3), [30, 31, 32, 33, 34, 35]);
        assert_eq!(row(1, 0), [100, 200, 101, 201, 102, 202]);
        assert_eq!(row(1, 1), [110, 210, 111, 211, 112, 212]);
    }

    #[test]
    fn what_fits_is_given_as_it_is() {
        let planar = frame::Video::new(Pixel::YUV420P, 6, 4);
        let surfaces = Surfaces::open(Intake::Planar, 6, 4).expect("nothing to open");
        assert!(surfaces.taken(&planar).expect("nothing to do").is_none());
        assert_eq!(surfaces.format(), Pixel::YUV420P);
    }
}
