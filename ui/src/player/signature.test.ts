import { describe, expect, it } from 'vitest';
import { generationOf, signedStoryboard, underSignatureOf } from './signature';

const OLD = 'cf-Policy=a&cf-Signature=b&cf-Key-Pair-Id=K1&Policy=a&Signature=b&Key-Pair-Id=K1';
const NEW = 'https://d.example/videos/v/index.m3u8?cf-Policy=x&cf-Signature=y&cf-Key-Pair-Id=K2&Policy=x&Signature=y&Key-Pair-Id=K2';

describe('underSignatureOf', () => {
  it('gives a playlist both copies', () => {
    expect(underSignatureOf(`https://d.example/videos/v/1/720p/index.m3u8?${OLD}`, NEW)).toBe(
      'https://d.example/videos/v/1/720p/index.m3u8?cf-Policy=x&cf-Signature=y&cf-Key-Pair-Id=K2&Policy=x&Signature=y&Key-Pair-Id=K2',
    );
  });
  it('gives a segment the names of CloudFront alone, and keeps other parameters', () => {
    expect(underSignatureOf('https://d.example/videos/v/1/720p/00001.m4s?n=1&Policy=a&Signature=b&Key-Pair-Id=K1', NEW)).toBe(
      'https://d.example/videos/v/1/720p/00001.m4s?n=1&Policy=x&Signature=y&Key-Pair-Id=K2',
    );
  });
  it('puts the name of the new link first, in place of the old one’s', () => {
    const named = 'https://d.example/videos/v/index.m3u8?l=bbbbbbbbbb&cf-Policy=x&Policy=x&Signature=y&Key-Pair-Id=K2';
    expect(underSignatureOf('https://d.example/videos/v/1/720p/00001.m4s?l=aaaaaaaaaa&n=1&Policy=a&Signature=b&Key-Pair-Id=K1', named)).toBe(
      'https://d.example/videos/v/1/720p/00001.m4s?l=bbbbbbbbbb&n=1&Policy=x&Signature=y&Key-Pair-Id=K2',
    );
    expect(underSignatureOf('https://d.example/videos/v/1/storyboard.vtt', named)).toBe('https://d.example/videos/v/1/storyboard.vtt?l=bbbbbbbbbb&Policy=x&Signature=y&Key-Pair-Id=K2');
  });
  it('never sends a signature to another host', () => {
    expect(underSignatureOf('https://other.example/a.m4s', NEW)).toBe('https://other.example/a.m4s');
  });
});

it('finds the folder of the generation', () => {
  expect(generationOf('http://127.0.0.1:1/videos/v/3/720p/index.m3u8?Policy=x')).toBe('http://127.0.0.1:1/videos/v/3/');
});

it('signs the pictures of a storyboard and nothing else', () => {
  const text = 'WEBVTT\n\n00:00:00.000 --> 00:00:05.000\nstoryboard.jpg#xywh=0,0,160,90\n';
  expect(signedStoryboard(text, 'https://d.example/videos/v/1/', NEW)).toBe(
    'WEBVTT\n\n00:00:00.000 --> 00:00:05.000\nhttps://d.example/videos/v/1/storyboard.jpg?Policy=x&Signature=y&Key-Pair-Id=K2#xywh=0,0,160,90\n',
  );
});
