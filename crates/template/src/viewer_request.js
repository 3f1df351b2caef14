// Viewer request: may this link's name pass? Runtime cloudfront-js-2.0; the key value store holds what is taken back:
//   <link>      any value      this link is taken back
//   <video>     a minute       all links of this video that were made before that minute (counted from 2020 on)
// It reads nothing else, so it does not matter whether CloudFront checks the signature before or after it. Every other
// parameter, and every other way of writing one, is refused: a policy is a pattern over the whole URL, and something else in it
// could look like another link's name.
import cf from 'cloudfront';

const store = cf.kvs();

const LINK = /^[a-z2-7]{10}$/;
const VIDEO = /^[a-z2-7]{26}$/;
const PATH = /^\/[A-Za-z0-9._/-]*$/;
const VALUE = /^[A-Za-z0-9_~-]+$/;
const MINUTE = /^[0-9]{1,9}$/;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';
const NAMES = ['Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm', 'Expires'];

const SAID = {
  not_plain: 'This address was changed on its way.',
  taken_back: 'This link was taken back.',
  unsure: 'It cannot be told whether this link was taken back.',
};

async function handler(event) {
  const request = event.request;
  if (request.method !== 'OPTIONS') {
    const link = linkOf(request.rawQueryString());
    if (!link || !isPlain(request.uri)) return refused('not_plain');
    try {
      if (await isTakenBack(link, videoOf(request.uri))) return refused('taken_back');
    } catch (error) {
      return refused('unsure');
    }
  }
  request.headers['x-screener-host'] = { value: event.context.distributionDomainName };
  return request;
}

// The link's name, where the query is written as Screener writes it: the name first, then CloudFront's parameters and their
// copies, each at most once.
function linkOf(query) {
  const pairs = (query || '').split('&');
  const first = pairs[0].split('=');
  if (first.length !== 2 || first[0] !== 'l' || !LINK.test(first[1])) return undefined;
  const met = [];
  for (let i = 1; i < pairs.length; i++) {
    const pair = pairs[i].split('=');
    if (pair.length !== 2 || !VALUE.test(pair[1]) || met.includes(pair[0])) return undefined;
    const name = pair[0].startsWith('cf-') ? pair[0].slice(3) : pair[0];
    if (!NAMES.includes(name)) return undefined;
    met.push(pair[0]);
  }
  return first[1];
}

function isPlain(path) {
  return PATH.test(path) && !path.includes('..') && !path.includes('//');
}

function videoOf(path) {
  return path.split('/').find((name) => VIDEO.test(name));
}

async function isTakenBack(link, video) {
  if (await store.exists(link)) return true;
  if (!video || !(await store.exists(video))) return false;
  const minute = await store.get(video);
  if (!MINUTE.test(minute)) throw new Error('no minute');
  return minuteOf(link) < Number(minute);
}

// The first five letters of a link's name are the minute of its making.
function minuteOf(link) {
  let minute = 0;
  for (let i = 0; i < 5; i++) minute = minute * 32 + LETTERS.indexOf(link[i]);
  return minute;
}

function refused(code) {
  return {
    statusCode: 403,
    statusDescription: 'Forbidden',
    headers: {
      'content-type': { value: 'application/json' },
      'cache-control': { value: 'no-store' },
      'access-control-allow-origin': { value: '*' },
    },
    body: { encoding: 'text', data: JSON.stringify({ error: { code: code, message: SAID[code] } }) },
  };
}
