import { isIP } from 'node:net'
import { AsnConvert } from '@peculiar/asn1-schema'
import { GeneralName, GeneralSubtree, GeneralSubtrees, id_ce_nameConstraints, NameConstraints } from '@peculiar/asn1-x509'

/** The object identifier of the extension. */
export const NAME_CONSTRAINTS = id_ce_nameConstraints

/** The value of an extension by which an authority certifies these hosts, what stands below their names, and nobody else (RFC 5280 section 4.2.1.10). */
export const nameConstraints = (hosts: readonly string[]): ArrayBuffer =>
  AsnConvert.serialize(new NameConstraints({ permittedSubtrees: new GeneralSubtrees(hosts.map(subtree)) }))

/** A name with all below it, or one address: all bits of its mask are set. */
function subtree(host: string): GeneralSubtree {
  const bits = { 0: undefined, 4: 32, 6: 128 }[isIP(host)]
  return new GeneralSubtree({ base: new GeneralName(bits === undefined ? { dNSName: host } : { iPAddress: `${host}/${bits}` }) })
}
