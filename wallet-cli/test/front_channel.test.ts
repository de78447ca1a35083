import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openBrowser } from '../src/front_channel/browser.ts'
import { loopback } from '../src/front_channel/loopback.ts'
import { manual } from '../src/front_channel/manual.ts'
import { newFolder } from './fixture.ts'

const isOurs = (address: string) => new URL(address).searchParams.get('state') === 'ours'

describe('RFC 8252 section 7.3: the way back on this machine', () => {
  const listening = (open: (address: string) => Promise<unknown>, languages = ['nl', 'en']) => loopback({ open, languages })

  it('listens on 127.0.0.1 only, at a port of its own, and brings the answer', async () => {
    const front = await listening((address) => fetch(`${address}&code=c`))
    expect(front.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/answer$/)
    const other = await listening(async () => undefined)
    expect(other.redirectUri).not.toBe(front.redirectUri)
    other.close()
    const address = await front.visit(`${front.redirectUri}?state=ours`, isOurs)
    expect(address).toBe(`${front.redirectUri}?state=ours&code=c`)
    await expect(fetch(front.redirectUri)).rejects.toThrow()
  })

  it('answers with a page that runs nothing, is framed by nobody and tells nobody its address', async () => {
    let page: Response | undefined
    const front = await listening(async (address) => {
      page = await fetch(address)
    })
    await front.visit(`${front.redirectUri}?state=ours`, isOurs)
    expect(Object.fromEntries(page?.headers ?? [])).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    expect(await page?.text()).toContain('U mag deze pagina sluiten')
  })

  it.each([
    [['fr', 'en'], 'Vous pouvez fermer'],
    [['de', 'en'], 'schließen'],
    [['constructor', 'en'], 'You can close'],
  ])('speaks to a person in %j', async (languages, words) => {
    let text = ''
    const front = await listening(async (address) => {
      text = await (await fetch(address)).text()
    }, languages)
    await front.visit(`${front.redirectUri}?state=ours`, isOurs)
    expect(text).toContain(words)
  })

  it('RFC 6749 section 10.12: lets nothing else pass for the answer, and waits on', async () => {
    const seen: number[] = []
    const front = await listening(async () => {
      const ask = async (path: string, init?: RequestInit) => seen.push((await fetch(new URL(path, front.redirectUri), init)).status)
      await ask('/')
      await ask('/favicon.ico')
      await ask('/answer/?state=ours')
      await ask('/answer?state=theirs&code=x')
      await ask('/answer')
      await ask('/answer?state=ours', { method: 'POST' })
      seen.push(await statusWithHost(`${front.redirectUri}?state=ours`, 'evil.example'))
      await ask('/answer?state=ours&code=good')
    })
    expect(await front.visit('https://server.example/', isOurs)).toBe(`${front.redirectUri}?state=ours&code=good`)
    expect(seen).toEqual([404, 404, 404, 400, 400, 404, 404, 200])
  })

  it('takes one answer, not another after it', async () => {
    const seen: number[] = []
    const front = await listening(async () => {
      const answers = await Promise.allSettled(['good', 'late'].map((code) => fetch(`${front.redirectUri}?state=ours&code=${code}`)))
      for (const answer of answers) seen.push(answer.status === 'fulfilled' ? answer.value.status : 0)
    })
    await front.visit('https://server.example/', isOurs)
    expect(seen.filter((status) => status === 200)).toHaveLength(1)
  })

  it('asks nobody before the wallet is ready', async () => {
    const front = await listening(async () => undefined)
    expect((await fetch(`${front.redirectUri}?state=ours`)).status).toBe(400)
    front.close()
  })

  it('is not open for ever', async () => {
    const front = await loopback({ open: async () => undefined, languages: ['en'], patience: 20 })
    await expect(front.visit('https://server.example/', isOurs)).rejects.toMatchObject({ code: 'sign_in_timed_out', exit: 1 })
    await expect(fetch(front.redirectUri)).rejects.toThrow()
  })
})

function statusWithHost(address: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(address, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    asked.on('error', reject)
    asked.end()
  })
}

describe('the browser', () => {
  afterEach(() => vi.unstubAllEnvs())

  /** A program that writes down what it was called with. */
  function recorder(name: string): { folder: string; program: string; called: () => string } {
    const folder = newFolder()
    const program = join(folder, name)
    const file = join(folder, 'called')
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$#" "$@" > '${file}.new' && mv '${file}.new' '${file}'\n`)
    chmodSync(program, 0o755)
    return { folder, program, called: () => (existsSync(file) ? readFileSync(file, 'utf8') : '') }
  }
  const hostile = 'https://server.example/?a=1&b=$(touch%20x)`id`;"\' c'

  it('is given the address as one word, by no shell', async () => {
    const { program, called } = recorder('my-browser')
    expect(await openBrowser(hostile, program)).toBe(true)
    await vi.waitUntil(() => called() !== '')
    expect(called()).toBe(`1\n${hostile}\n`)
  })

  it.runIf(process.platform === 'linux')('is the one of the system, found on the PATH', async () => {
    const { folder, called } = recorder('xdg-open')
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
    expect(await openBrowser(hostile)).toBe(true)
    await vi.waitUntil(() => called() !== '')
    expect(called()).toBe(`1\n${hostile}\n`)
  })

  it('that is not there is said to be missing', async () => {
    expect(await openBrowser('https://server.example/', join(newFolder(), 'none'))).toBe(false)
  })
})

describe('the way back by hand', () => {
  function byHand(isTTY: boolean) {
    const streams = {
      stdin: Object.assign(new PassThrough(), { isTTY }),
      stdout: new PassThrough(),
      stderr: Object.assign(new PassThrough(), { isTTY }),
    }
    const said: string[] = []
    return { streams, said, front: manual(streams, (line) => said.push(line)) }
  }

  it('prints the address and reads the one the browser ended at from standard input', async () => {
    const { streams, said, front } = byHand(false)
    expect(front.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d{5}\/answer$/)
    streams.stdin.write(`  ${front.redirectUri}?state=ours&code=c \n`)
    expect(await front.visit('https://server.example/authorize?x=y', isOurs)).toBe(`${front.redirectUri}?state=ours&code=c`)
    expect(said).toContain('https://server.example/authorize?x=y')
  })

  it('RFC 6749 section 10.12: takes no other address, and asks a person at a terminal again', async () => {
    const piped = byHand(false)
    piped.streams.stdin.write('http://127.0.0.1:1/?state=theirs\n')
    await expect(piped.front.visit('https://server.example/', isOurs)).rejects.toMatchObject({ code: 'answer_not_ours' })
    const { streams, said, front } = byHand(true)
    streams.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('Address:'))
        setImmediate(() => streams.stdin.write(`${front.redirectUri}?state=${said.length > 3 ? 'ours' : 'theirs'}\n`))
    })
    expect(await front.visit('https://server.example/', isOurs)).toBe(`${front.redirectUri}?state=ours`)
  })

  it('that nobody answers ends with a sentence', async () => {
    const { streams, front } = byHand(false)
    streams.stdin.end()
    await expect(front.visit('https://server.example/', isOurs)).rejects.toMatchObject({ code: 'no_answer', exit: 64 })
  })
})
