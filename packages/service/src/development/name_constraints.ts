import { isIP } from 'node:net'

/** The object identifier of the extension. */
export const NAME_CONSTRAINTS = '2.5.29.30'

const [SEQUENCE, PERMITTED, DNS, IP] = [0x30, 0xa0, 0x82, 0x87]

/** The value of an extension by which an authority certifies these hosts, what stands below their names, and nobody else (RFC 5280 section 4.2.1.10). */
export const nameConstraints = (hosts: readonly string[]): Buffer =>
  der(SEQUENCE, der(PERMITTED, ...hosts.map((host) => der(SEQUENCE, subtree(host)))))

function subtree(host: string): Buffer {
  if (isIP(host) === 0) return der(DNS, Buffer.from(host, 'ascii'))
  const address = isIP(host) === 4 ? Buffer.from(host.split('.').map(Number)) : bytesOf(host)
  // All bits of the mask are set: this one address.
  return der(IP, address, Buffer.alloc(address.length, 0xff))
}

/** The bytes of an IPv6 address (RFC 4291 section 2.2), as the platform writes it: no part of it is an IPv4 address. */
function bytesOf(address: string): Buffer {
  const [before = '', after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string): string[] => text.split(':').filter((group) => group !== '')
  const [head, tail] = [groups(before), groups(after ?? '')]
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return Buffer.from([...head, ...zeros, ...tail].map((group) => group.padStart(4, '0')).join(''), 'hex')
}

/** One value (X.690 section 8.1); ours have fewer than 65536 bytes. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
