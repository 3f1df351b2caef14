//! Opening a source safely: one file, by its handle; containers, codecs and sizes from a whitelist; no protocol at all.
//!
//! FFmpeg never learns a path. It reads through a handle that was opened before, and every wish of a demuxer to open
//! something else (playlist entries, `QuickTime` data references, concat scripts) ends in `refuse_to_open`.

pub(crate) mod crop;
pub(crate) mod edits;
pub(crate) mod header;
pub(crate) mod hidden;
pub(crate) mod layout;
pub(crate) mod refusal;
pub(crate) mod seeking;
pub mod shape;
pub mod steady;
pub mod whitelist;

use std::ffi::{CStr, CString, c_char, c_int};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;
use ffmpeg_next::format::context::StreamIo;
use screener_wire::{Cause, Failure};

use self::crop::Crops;
use self::edits::Edits;
use crate::error::internal;
use crate::log;

/// Bytes a read asks the system for.
const READ_SIZE: usize = 256 * 1024;

/// Streams beyond this are a hostile file's, not a film's.
const MAX_STREAMS: u32 = 64;

/// An opened source.
pub struct Source {
    /// The demuxer, stream facts found.
    pub demuxer: ffmpeg::format::context::Input,
    /// The file as it is named in words to people.
    pub name: String,
    /// What its edit lists say.
    pub edits: Edits,
    /// What it asks to cut off its pictures.
    pub crops: Crops,
}

/// Opens a file for reading. Every failure names the file, what is wrong with it, and what can be done.
pub fn open(path: &str) -> Result<Source, Failure> {
    open_with(path, &Arc::default())
}

/// Like [`open`]; reading ends with an error once `stop` is set.
pub fn open_with(path: &str, stop: &Arc<AtomicBool>) -> Result<Source, Failure> {
    opened(path, stop).map_err(|failure| {
        // What was not read to its end says nothing of the file.
        if stop.load(Ordering::Relaxed) {
            Cause::Cancelled.into()
        } else {
            failure
        }
    })
}

fn opened(path: &str, stop: &Arc<AtomicBool>) -> Result<Source, Failure> {
    log::capture();
    log::clear();
    ffmpeg::init().map_err(internal)?;
    let name = name_of(path);
    let mut file = open_file(path, &name)?;
    let flaw = look(&mut file, &name)?;
    let edits = Edits::of(&mut file).map_err(|error| refusal::io(&name, &error))?;
    if edits.ignored() {
        return Err(Cause::CutFragments { name }.into());
    }
    let crops = Crops::of(&mut file).map_err(|error| refusal::io(&name, &error))?;
    file.seek(SeekFrom::Start(0))
        .map_err(|error| refusal::io(&name, &error))?;
    let demuxer = demux(file, stop, &name, flaw.as_ref(), Kind::Film)?;
    refusal::judge(&demuxer, &name, flaw.as_ref())?;
    Ok(Source {
        demuxer,
        name,
        edits,
        crops,
    })
}

/// A decoder's context for a stream of the source: only listed codecs, picture sizes bounded. Not yet opened, so that
/// threads and options can still be chosen.
pub fn decoder(name: &str, stream: &ffmpeg::Stream<'_>) -> Result<(ffmpeg::codec::Context, ffmpeg::Codec), Failure> {
    let parameters = stream.parameters();
    let Some(codec) = header::decoder_with_alpha(stream).or_else(|| header::listed_decoder(parameters.id())) else {
        return Err(refusal::unsupported(name, parameters.id()));
    };
    let mut context = ffmpeg::codec::Context::from_parameters(parameters).map_err(internal)?;
    let list = CString::new(whitelist::decoders()).map_err(internal)?;
    // SAFETY: the context is ours and not opened; FFmpeg frees the duplicated list with it.
    unsafe {
        let raw = context.as_mut_ptr();
        (*raw).pkt_timebase = stream.time_base().into();
        (*raw).max_pixels = whitelist::MAX_PIXELS as i64;
        (*raw).codec_whitelist = ffi::av_strdup(list.as_ptr());
    }
    Ok((context, codec))
}

/// The file's own name, for messages.
pub fn name_of(path: &str) -> String {
    let path = Path::new(path);
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn open_file(path: &str, name: &str) -> Result<File, Failure> {
    let facts = std::fs::metadata(path).map_err(|error| refusal::io(name, &error))?;
    if facts.is_dir() {
        return Err(Cause::Folder { name: name.to_owned() }.into());
    }
    // A pipe or device would block or never end.
    if !facts.is_file() {
        return Err(Cause::NoFile { name: name.to_owned() }.into());
    }
    if facts.len() == 0 {
        return Err(Cause::NoBytes { name: name.to_owned() }.into());
    }
    File::open(path).map_err(|error| refusal::io(name, &error))
}

/// What can be seen without FFmpeg: playlists and text are refused here, before any demuxer sees them.
fn look(file: &mut File, name: &str) -> Result<Option<shape::Flaw>, Failure> {
    let mut head = vec![0_u8; 4096];
    let mut got = 0;
    while got < head.len() {
        match file.read(&mut head[got..]) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(error) => return Err(refusal::io(name, &error)),
        }
    }
    match shape::disguise(&head[..got]) {
        Some(shape::Disguise::List(list)) => return Err(refusal::list(name, list)),
        Some(shape::Disguise::Text) => return Err(Cause::Text { name: name.to_owned() }.into()),
        None => {}
    }
    let flaw = shape::flaw(file).map_err(|error| refusal::io(name, &error))?;
    if let Some(kind) = shape::still(&head[..got]).filter(|_| flaw.is_some()) {
        let (name, kind) = (name.to_owned(), kind.to_owned());
        return Err(Cause::Images { name, kind }.into());
    }
    file.seek(SeekFrom::Start(0))
        .map_err(|error| refusal::io(name, &error))?;
    Ok(flaw)
}

/// Opens media that lie in memory: an init segment and a segment, say.
pub fn open_bytes(name: &str, bytes: Vec<u8>) -> Result<Source, Failure> {
    log::capture();
    log::clear();
    ffmpeg::init().map_err(internal)?;
    let demuxer = demux(std::io::Cursor::new(bytes), &Arc::default(), name, None, Kind::Segment)?;
    Ok(Source {
        demuxer,
        name: name.to_owned(),
        edits: Edits::default(),
        crops: Crops::default(),
    })
}

/// Opens a segment of ours that lies in memory, for its packets alone: nothing is decoded to find out more than its head says.
pub fn open_raw(bytes: Vec<u8>) -> Result<ffmpeg::format::context::Input, Failure> {
    demux(std::io::Cursor::new(bytes), &Arc::default(), "", None, Kind::Raw)
}

/// What is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A source.
    Film,
    /// A segment, as it is: edit lists cut what is before the film's start, once, not in each segment.
    Segment,
    /// The same, and what its head does not say is not looked for.
    Raw,
}

/// The file as FFmpeg reads it.
struct Handle<T> {
    file: T,
    stop: Arc<AtomicBool>,
}

impl<T: Read> Read for Handle<T> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(std::io::Error::other("stopped"));
        }
        self.file.read(into)
    }
}

impl<T: Seek> Seek for Handle<T> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}

fn demux(
    file: impl Read + Seek + Send + 'static,
    stop: &Arc<AtomicBool>,
    name: &str,
    flaw: Option<&shape::Flaw>,
    kind: Kind,
) -> Result<ffmpeg::format::context::Input, Failure> {
    let handle = Handle {
        file,
        stop: Arc::clone(stop),
    };
    let mut io = StreamIo::from_read_seek_with_capacity(handle, READ_SIZE).map_err(internal)?;
    let format = sniff(&mut io, name, flaw)?;
    let flag = Arc::clone(stop);
    let interrupt = ffmpeg::util::interrupt::new(Box::new(move || flag.load(Ordering::Relaxed)));
    let mut options = options(kind);
    // SAFETY: the context is allocated here, freed by `avformat_open_input` where that fails, and otherwise owned by the
    // `Input` that is returned, together with the I/O context and the interrupt callback it points to.
    unsafe {
        let mut context = ffi::avformat_alloc_context();
        if context.is_null() {
            return Err(internal("out of memory"));
        }
        (*context).pb = io.as_mut_ptr();
        (*context).flags |= ffi::AVFMT_FLAG_CUSTOM_IO;
        (*context).io_open = Some(refuse_to_open);
        (*context).interrupt_callback = interrupt.interrupt;
        (*context).max_streams = MAX_STREAMS as c_int;
        let opened = ffi::avformat_open_input(&raw mut context, ptr::null(), format, &raw mut options);
        ffi::av_dict_free(&raw mut options);
        if opened < 0 {
            return Err(refusal::unreadable(name, opened, flaw));
        }
        let found = if kind == Kind::Raw { 0 } else { find_streams(context) };
        let input = ffmpeg::format::context::Input::wrap_with_custom_io_and_interrupt(context, io, interrupt.guard);
        if found < 0 {
            return Err(refusal::unreadable(name, found, flaw));
        }
        Ok(input)
    }
}

/// Which container it is, by its bytes alone; `Err` where it is none of the list.
fn sniff(io: &mut StreamIo, name: &str, flaw: Option<&shape::Flaw>) -> Result<*const ffi::AVInputFormat, Failure> {
    let mut format: *const ffi::AVInputFormat = ptr::null();
    // SAFETY: the I/O context lives as long as `io`; the probe rewinds it; `format` is static data of FFmpeg.
    let (score, words) = unsafe {
        let score = ffi::av_probe_input_buffer2(
            io.as_mut_ptr(),
            (&raw mut format).cast(),
            ptr::null(),
            ptr::null_mut(),
            0,
            1 << 20,
        );
        let text = |words: *const c_char| {
            if words.is_null() {
                String::new()
            } else {
                CStr::from_ptr(words).to_string_lossy().into_owned()
            }
        };
        let words = if format.is_null() {
            None
        } else {
            Some((text((*format).name), text((*format).long_name)))
        };
        (score, words)
    };
    let Some((short, long)) = words.filter(|_| score >= 0) else {
        return Err(refusal::unreadable(name, score, flaw));
    };
    if whitelist::CONTAINERS.contains(&short.split(',').next().unwrap_or_default()) {
        return Ok(format);
    }
    Err(refusal::other_format(name, &short, &long))
}

fn options(kind: Kind) -> *mut ffi::AVDictionary {
    let mut options: *mut ffi::AVDictionary = ptr::null_mut();
    let (containers, decoders) = (whitelist::containers(), whitelist::decoders());
    let mut pairs: Vec<(&str, &str)> = vec![
        ("format_whitelist", &containers),
        ("codec_whitelist", &decoders),
        // Not even files: what is read comes through the handle.
        ("protocol_whitelist", "none"),
        ("enable_drefs", "0"),
        ("use_absolute_path", "0"),
        ("probesize", "16777216"),
        ("analyzeduration", "10000000"),
    ];
    if kind != Kind::Film {
        pairs.push(("ignore_editlist", "1"));
    }
    for (key, value) in pairs {
        set(&mut options, key, value);
    }
    options
}

/// The next packet. What the last one held is let go first: `Packet::read` would forget it, and its memory with it.
pub fn read(demuxer: &mut ffmpeg::format::context::Input, packet: &mut ffmpeg::Packet) -> Result<(), ffmpeg::Error> {
    use ffmpeg::codec::packet::Mut;
    // SAFETY: the packet is valid, and valid again when it is empty.
    unsafe {
        ffi::av_packet_unref(packet.as_mut_ptr());
    }
    #[expect(clippy::disallowed_methods, reason = "this is the one place: the packet is empty")]
    packet.read(demuxer)
}

fn set(options: &mut *mut ffi::AVDictionary, key: &str, value: &str) {
    if let (Ok(key), Ok(value)) = (CString::new(key), CString::new(value)) {
        // SAFETY: FFmpeg copies both strings into the dictionary, which the caller frees.
        unsafe {
            ffi::av_dict_set(options, key.as_ptr(), value.as_ptr(), 0);
        }
    }
}

/// `avformat_find_stream_info` with bounds for the decoders that it opens by itself.
///
/// # Safety
/// `context` is an opened input.
unsafe fn find_streams(context: *mut ffi::AVFormatContext) -> c_int {
    // SAFETY: the caller's promise; the array has one dictionary for each stream there is now, as FFmpeg asks.
    unsafe {
        let count = (*context).nb_streams as usize;
        let mut options: Vec<*mut ffi::AVDictionary> = vec![ptr::null_mut(); count];
        let pixels = whitelist::MAX_PIXELS.to_string();
        for dictionary in &mut options {
            set(dictionary, "max_pixels", &pixels);
            // Looking needs one thread; many would only take memory.
            set(dictionary, "threads", "1");
        }
        let found = ffi::avformat_find_stream_info(context, options.as_mut_ptr());
        for dictionary in &mut options {
            ffi::av_dict_free(dictionary);
        }
        found
    }
}

/// Where every wish of a demuxer to open another file or address ends.
unsafe extern "C" fn refuse_to_open(
    _context: *mut ffi::AVFormatContext,
    _opened: *mut *mut ffi::AVIOContext,
    _url: *const c_char,
    _flags: c_int,
    _options: *mut *mut ffi::AVDictionary,
) -> c_int {
    ffi::AVERROR(libc::EACCES)
}
