// imapflow_resync.js - ImapFlow comes back to INBOX with what it knew, and tells what is new:
// node imapflow_resync.js PORT [UIDVALIDITY MODSEQ]
'use strict';
const { ImapFlow } = require('imapflow');

const [port, uidValidity, changedSince] = process.argv.slice(2);
const vanished = [];
const flags = [];
const client = new ImapFlow({
    host: '127.0.0.1',
    port: Number(port),
    secure: false,
    doSTARTTLS: false,
    disableCompression: true, // octets are counted
    qresync: true,
    greetingTimeout: 60000,
    auth: { user: 'anna', pass: 'secret' },
    expungeHandler: ({ uid, earlier }) => vanished.push([uid, earlier]),
    logger: false
});
client.on('flags', update => flags.push([update.uid, [...update.flags]]));

async function main() {
    await client.connect();
    const known = uidValidity ? { uidValidity: BigInt(uidValidity), changedSince: BigInt(changedSince) } : {};
    const mailbox = await client.mailboxOpen('INBOX', known);
    console.log(JSON.stringify({
        uidValidity: String(mailbox.uidValidity),
        modseq: String(mailbox.highestModseq),
        exists: mailbox.exists,
        qresync: Boolean(mailbox.qresync),
        vanished,
        flags
    }));
    await client.logout();
}

const alarm = setTimeout(() => {
    console.error('it takes too long');
    process.exit(1);
}, 110000);
main().then(() => clearTimeout(alarm)).catch(error => {
    console.error(error);
    process.exit(1);
});
