import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { axe } from '../gallery/axe';
import { use } from '../platform';
import { mock, mockState, record, video } from '../platform/mock';
import { desk } from '../state/desk.svelte';
import Links from './Links.svelte';

async function form(again?: ReturnType<typeof record>) {
  const window = mock(mockState({ videos: [video()] }));
  use(window);
  await desk.open();
  const { container } = render(Links, { id: 'video-1', title: 'Premiere', again });
  const asked = (command: string) => window.asked.filter((one) => one.command === command).map((one) => one.arguments);
  return { window, container, asked };
}

const create = () => fireEvent.click(screen.getByTestId('create-link'));
const toggle = () => fireEvent.click(screen.getByRole('switch', { name: 'Ask for a password' }));

describe('making a link', () => {
  it('is for somebody, copied, with its playlist beside it', async () => {
    const { window, container, asked } = await form();
    await fireEvent.input(screen.getByTestId('link-name'), { target: { value: ' Anna, distribution ' } });
    await create();
    const made = await screen.findByTestId('made-link');
    expect(asked('link')).toEqual([[{ id: 'video-1', expires: '7d', opens: null, ip: null, name: 'Anna, distribution', password: null }]]);
    expect(window.state.clipboard).toBe(screen.getByTestId<HTMLInputElement>('page-link').value);
    expect(made).toHaveTextContent(/can watch until .*\. It is for Anna, distribution\./);
    expect(within(made).queryByTestId('made-password')).toBeNull();
    expect(within(made).queryByTestId('plain-link')).toBeNull();
    await fireEvent.click(within(made).getByRole('button', { name: 'Copy playlist address' }));
    expect(window.state.clipboard).toContain('/index.m3u8?l=');
    expect(screen.getByTestId('link-name')).toHaveValue('');
    expect(await axe(container)).toEqual([]);
  });

  it('proposes a password at once, shows it once, and has no playlist then', async () => {
    const { window, container, asked } = await form();
    await toggle();
    const field = await screen.findByTestId<HTMLInputElement>('password');
    await waitFor(() => expect(field.value).toMatch(/^[a-z]{4}(-[a-z]{4}){4}$/));
    const first = field.value;
    await fireEvent.click(screen.getByRole('button', { name: 'Propose another one' }));
    await waitFor(() => expect(field.value).not.toBe(first));
    await fireEvent.click(screen.getByRole('button', { name: 'Copy password' }));
    const password = field.value;
    expect(window.state.clipboard).toBe(password);
    await create();
    const made = await screen.findByTestId('made-link');
    expect(asked('link')).toMatchObject([[{ password }]]);
    expect(within(made).getByTestId('made-password')).toHaveValue(password);
    expect(within(made).queryByRole('button', { name: 'Copy playlist address' })).toBeNull();
    expect(made).toHaveTextContent(/link and its password/);
    // Nothing of it stays in the form, for the next link to have the same.
    expect(screen.queryByTestId('password')).toBeNull();
    expect(screen.getByRole('switch', { name: 'Ask for a password' })).not.toBeChecked();
    expect(await axe(container)).toEqual([]);
  });

  it('warns kindly of a short one, and takes it', async () => {
    const { asked } = await form();
    await toggle();
    const field = await screen.findByTestId('password');
    await fireEvent.input(field, { target: { value: 'secret' } });
    expect(screen.getByText(/Under 12 characters/)).toBeVisible();
    await fireEvent.input(field, { target: { value: 'secret enough, this' } });
    expect(screen.queryByText(/Under 12 characters/)).toBeNull();
    await create();
    await screen.findByTestId('made-link');
    expect(asked('link')).toMatchObject([[{ password: 'secret enough, this' }]]);
  });

  it('says of a plain link that nobody counts it, nor takes it back', async () => {
    const { window } = await form();
    const { link } = window.commands;
    window.commands.link = async (request) => ({ ...(await link(request)), l: null });
    await create();
    expect(await screen.findByTestId('plain-link')).toHaveTextContent(/cannot be taken back, and nobody counts/);
  });

  it('fills in what a lost link had, with another password', async () => {
    const ends = '2099-01-02T03:04:00.000Z';
    const { asked } = await form(record({ name: 'Ben', ends, expires: ends, ip: '203.0.113.0/24', password: true }));
    await waitFor(() => expect(screen.getByTestId('link-name')).toHaveValue('Ben'));
    await waitFor(() => expect(screen.getByTestId('create-link')).toHaveFocus());
    await create();
    await screen.findByTestId('made-link');
    expect(asked('link')).toMatchObject([[{ name: 'Ben', expires: ends, ip: '203.0.113.0/24', password: expect.stringMatching(/-/) as string }]]);
  });
});

describe('many links', () => {
  async function sheet() {
    const all = await form();
    await fireEvent.click(screen.getByTestId('many-links'));
    const dialog = await screen.findByRole('dialog', { name: 'Many at once' });
    return { ...all, dialog, names: within(dialog).getByTestId('names') };
  }

  it('are made of a list, and copied and saved as a table', async () => {
    const { window, dialog, names, asked } = await sheet();
    expect(within(dialog).getByTestId('make-many')).toBeDisabled();
    await fireEvent.input(names, { target: { value: 'Anna\n=Ben\nCarla\n\nDavid\nEmine\nFarid\nGreta' } });
    await waitFor(() => expect(within(dialog).getByTestId('names-read')).toHaveTextContent('Names: 7. Anna · =Ben · Carla · David · Emine · Farid …'));
    await fireEvent.click(within(dialog).getByRole('radio', { name: '30 days' }));
    await fireEvent.click(within(dialog).getByRole('switch'));
    await within(dialog).findByTestId('password');
    expect(await axe(dialog)).toEqual([]);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Make 7 links' }));
    const made = await within(dialog).findByTestId('many-made');
    expect(asked('linkMany')).toMatchObject([[{ id: 'video-1', expires: '30d', name: null, password: expect.stringMatching(/-/) as string }, ['Anna', '=Ben', 'Carla', 'David', 'Emine', 'Farid', 'Greta']]]);
    expect(within(made).getAllByRole('rowheader').map((one) => one.textContent)).toEqual(['Anna', '=Ben', 'Carla', 'David', 'Emine', 'Farid', 'Greta']);
    expect(within(dialog).getByTestId('made-password')).toHaveValue((asked('linkMany')[0]![0] as { password: string }).password);
    expect(dialog).toContainElement(document.activeElement as HTMLElement);
    expect(await axe(dialog)).toEqual([]);
    await fireEvent.click(within(made).getByRole('button', { name: 'Copy the link for Carla' }));
    expect(window.state.clipboard).toMatch(/^http/);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Copy all as a table' }));
    expect(window.state.clipboard.split('\n').map((row) => row.split('\t')[0])).toEqual(['Anna', "'=Ben", 'Carla', 'David', 'Emine', 'Farid', 'Greta']);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Save as CSV…' }));
    await waitFor(() => expect(desk.toasts.at(-1)?.text).toBe('Saved to /home/ada/links.csv'));
    await fireEvent.click(within(dialog).getAllByRole('button', { name: 'Close' }).at(-1)!);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('do not go by a slip while they are nowhere else', async () => {
    const { dialog, names } = await sheet();
    await fireEvent.input(names, { target: { value: 'Anna' } });
    await fireEvent.click(await within(dialog).findByRole('button', { name: 'Make a link' }));
    await within(dialog).findByTestId('many-made');
    await fireEvent.keyDown(dialog, { key: 'Escape' });
    expect(within(dialog).getByRole('alert')).toHaveTextContent(/Not copied or saved yet/);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Close anyway' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('say what is no list, and read one from a file', async () => {
    const { dialog, names } = await sheet();
    await fireEvent.input(names, { target: { value: 'Name\n' } });
    expect(await within(dialog).findByRole('alert')).toHaveTextContent('There are no names in this list.');
    const file = new File([new Uint8Array([0x4a, 0xfc, 0x72, 0x67])], 'names.csv');
    await fireEvent.change(dialog.querySelector('input[type=file]')!, { target: { files: [file] } });
    await waitFor(() => expect(names).toHaveValue('Jürg'));
    await waitFor(() => expect(within(dialog).getByTestId('make-many')).toBeEnabled());
    expect(within(dialog).queryByRole('alert')).toBeNull();
  });
});
