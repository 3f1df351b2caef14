//! Viewer-request functions as CloudFront runs them: JavaScript, in QuickJS, on a thread of its own.
//!
//! Screener's own function is judged by the same rules in Rust, which is faster; this is for a template whose function was edited.
//! Source of the event, of `cloudfront` and of the limits: Amazon CloudFront Developer Guide, "CloudFront Functions event structure",
//! "Helper methods for key value stores", "Restrictions on CloudFront Functions".

use std::{
    cell::Cell,
    rc::Rc,
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use rquickjs::{CatchResultExt as _, Context, Ctx, Function, Module, Promise, Runtime};
use screener_template::Unreadable;
use serde_json::Value;
use tokio::sync::oneshot;

/// What a run may take. CloudFront's limit is about a millisecond of a processor that nobody else has.
const LONGEST: Duration = Duration::from_millis(250);
/// CloudFront's limit is 2 MB beside the engine's own; with it, it is this.
const MEMORY: usize = 8 << 20;

/// What stands for `import cf from 'cloudfront'`.
const HELPERS: &str = "
const ask = globalThis.ask, associated = globalThis.associated;
function value(key) {
  const said = ask(String(key));
  if (said === '!') throw new Error('the key value store cannot be read');
  return said === '-' ? undefined : said.slice(1);
}
const store = {
  exists: async (key) => value(key) !== undefined,
  get: async (key, options) => {
    const found = value(key);
    if (found === undefined) throw new Error('KeyNotFound');
    return options && options.format === 'json' ? JSON.parse(found) : found;
  },
};
export default {
  kvs: () => {
    if (!associated) throw new Error('no key value store is associated with the function');
    return store;
  },
};
";
/// Calls the handler as CloudFront does.
const CALL: &str = "(async (text, raw) => {
  const event = JSON.parse(text);
  event.request.rawQueryString = () => raw;
  return JSON.stringify(await globalThis.handler(event));
})";

/// What a store is asked through: the value under a name.
pub type Store = Arc<dyn Fn(&str) -> Result<Option<String>, Unreadable> + Send + Sync>;

/// A function that runs. Its thread ends with it.
#[derive(Clone, Debug)]
pub struct JsFunction {
    runs: mpsc::Sender<Run>,
}

struct Run {
    event: String,
    query: Option<String>,
    answer: oneshot::Sender<Result<String, String>>,
}

impl JsFunction {
    /// Reads a source. `store` is the key value store, where one is associated.
    ///
    /// # Errors
    /// What is wrong with the source, in the engine's words.
    pub fn read(source: &str, store: Option<Store>) -> Result<Self, String> {
        let (runs, waiting) = mpsc::channel::<Run>();
        let (ready, read) = mpsc::channel();
        let source = source.to_owned();
        let thread = std::thread::Builder::new().name("viewer-request".to_owned());
        thread
            .spawn(move || {
                let engine = match Engine::start(&source, store) {
                    Ok(engine) => engine,
                    // Whoever reads the source waits for this word.
                    Err(error) => return drop(ready.send(Err(error))),
                };
                let _ = ready.send(Ok(()));
                for run in waiting {
                    // A viewer may be gone by then.
                    let _ = run.answer.send(engine.run(run.event, run.query));
                }
            })
            .map_err(|error| error.to_string())?;
        read.recv().map_err(|error| error.to_string())??;
        Ok(Self { runs })
    }

    /// Calls the handler with an event (`request.rawQueryString()` gives `query`): the request that it lets pass, or the response
    /// that it answers with.
    ///
    /// # Errors
    /// What the handler threw, or that it took too long or too much memory.
    pub async fn run(&self, event: &Value, query: Option<&str>) -> Result<Value, String> {
        let (answer, answered) = oneshot::channel();
        let run = Run {
            event: event.to_string(),
            query: query.map(str::to_owned),
            answer,
        };
        self.runs.send(run).map_err(|error| error.to_string())?;
        let text = answered.await.map_err(|error| error.to_string())??;
        serde_json::from_str(&text).map_err(|_| "the handler returned neither a request nor a response".to_owned())
    }
}

struct Engine {
    context: Context,
    until: Rc<Cell<Instant>>,
    /// Dropped after its context.
    _runtime: Runtime,
}

impl Engine {
    fn start(source: &str, store: Option<Store>) -> Result<Self, String> {
        let failed = |error: rquickjs::Error| error.to_string();
        let runtime = Runtime::new().map_err(failed)?;
        runtime.set_memory_limit(MEMORY);
        let until = Rc::new(Cell::new(Instant::now() + LONGEST));
        let deadline = Rc::clone(&until);
        runtime.set_interrupt_handler(Some(Box::new(move || Instant::now() > deadline.get())));
        let context = Context::full(&runtime).map_err(failed)?;
        context.with(|ctx| load(&ctx, source, store))?;
        Ok(Self {
            context,
            until,
            _runtime: runtime,
        })
    }

    fn run(&self, event: String, query: Option<String>) -> Result<String, String> {
        self.until.set(Instant::now() + LONGEST);
        self.context.with(|ctx| {
            let called = || -> rquickjs::Result<String> {
                let call: Function = ctx.globals().get("call")?;
                let promise: Promise = call.call((event, query))?;
                promise.finish()
            };
            called().catch(&ctx).map_err(|error| error.to_string())
        })
    }
}

fn load(ctx: &Ctx<'_>, source: &str, store: Option<Store>) -> Result<(), String> {
    let loaded = || -> rquickjs::Result<()> {
        let globals = ctx.globals();
        globals.set("associated", store.is_some())?;
        let ask = move |name: String| match store.as_ref().map(|store| store(&name)) {
            Some(Ok(Some(value))) => format!("+{value}"),
            Some(Ok(None)) => "-".to_owned(),
            Some(Err(Unreadable)) | None => "!".to_owned(),
        };
        globals.set("ask", Function::new(ctx.clone(), ask)?)?;
        globals.set("call", ctx.eval::<Function, _>(CALL)?)?;
        Module::evaluate(ctx.clone(), "cloudfront", HELPERS)?.finish::<()>()?;
        let source = format!("{source}\nglobalThis.handler = handler;\n");
        Module::evaluate(ctx.clone(), "function", source)?.finish::<()>()
    };
    loaded().catch(ctx).map_err(|error| error.to_string())
}
