import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from '../src/http.ts'
import { server } from './fixture.ts'

let peer: Awaited<ReturnType<typeof server>>
let elsewhere: Awaited<ReturnType<typeof server>>
beforeAll(async () => {
  elsewhere = await server((_request, response) => response.end('{}'))
  peer = await server((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost')
    if (pathname === '/good') response.writeHead(201, { 'content-type': 'application/json', 'set-cookie': 'a=b' }).end('{"é":1}')
    else if (pathname === '/proof')
      response.writeHead(401, { 'dpop-nonce': 'n-1', 'www-authenticate': ['Bearer', 'DPoP error="use_dpop_nonce"'] }).end()
    else if (pathname === '/redirect') response.writeHead(302, { location: `${elsewhere.url}/secret` }).end()
    else if (pathname === '/large') response.end(Buffer.alloc(1024 * 1024 + 1, 0x20))
    else if (pathname === '/endless') {
      response.on('error', () => undefined)
      const more = setInterval(() => response.write(Buffer.alloc(65_536, 0x20)), 1)
      response.on('close', () => clearInterval(more))
    } else if (pathname === '/bytes') response.end(Buffer.from([0xff, 0xfe]))
    else if (pathname === '/broken') {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{')
      setTimeout(() => response.destroy(), 20)
    } else if (pathname === '/echo') {
      request.pipe(response)
    } else response.writeHead(404).end()
  })
})
afterAll(() => {
  peer.close()
  elsewhere.close()
})

const get = (address: string) => send({ method: 'GET', address, headers: {} })

describe('the network of a wallet', () => {
  it('brings status, media type and text', async () => {
    expect(await get(`${peer.url}/good`)).toEqual({ status: 201, contentType: 'application/json', headers: {}, body: '{"é":1}' })
    expect((await get(`${peer.url}/none`)).status).toBe(404)
    expect((await send({ method: 'POST', address: `${peer.url}/echo`, headers: {}, body: 'abc' })).body).toBe('abc')
  })

  it('RFC 9449 section 8: brings the headers that a wallet reads, and no other', async () => {
    expect((await get(`${peer.url}/proof`)).headers).toEqual({
      'dpop-nonce': 'n-1',
      'www-authenticate': 'Bearer, DPoP error="use_dpop_nonce"',
    })
  })

  it('TM-08: follows no redirect', async () => {
    await expect(get(`${peer.url}/redirect`)).rejects.toMatchObject({ code: 'peer_redirected' })
    expect(elsewhere.asked).toEqual([])
  })

  it('TM-09: reads no more than its limit, however much is sent', async () => {
    await expect(get(`${peer.url}/large`)).rejects.toMatchObject({ code: 'answer_too_large' })
    await expect(get(`${peer.url}/endless`)).rejects.toMatchObject({ code: 'answer_too_large' })
  })

  it('takes text only, whole only', async () => {
    await expect(get(`${peer.url}/bytes`)).rejects.toMatchObject({ code: 'answer_not_text' })
    await expect(get(`${peer.url}/broken`)).rejects.toMatchObject({ code: 'peer_unreachable' })
    await expect(get('http://127.0.0.1:1/x?code=secret')).rejects.toMatchObject({
      code: 'peer_unreachable',
      message: expect.not.stringContaining('secret'),
    })
  })

  it('TM-08: speaks http with this machine only', async () => {
    for (const address of [
      'http://169.254.169.254/',
      'http://10.0.0.1/',
      'http://issuer.example/',
      'http://127.0.0.1.evil.example/',
      'file:///etc/passwd',
      'data:,x',
      'https://user:word@issuer.example/',
    ]) {
      await expect(get(address)).rejects.toMatchObject({ code: 'address_refused' })
    }
  })
})
