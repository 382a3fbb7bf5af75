// imapflow_client.js - what the test with ImapFlow does: node imapflow_client.js PORT WAY CERTIFICATE [STEP...]
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const { ImapFlow } = require('imapflow');

const [port, way, certificate, ...wanted] = process.argv.slice(2);

function connect() {
    return new ImapFlow({
        host: 'localhost',
        port: Number(port),
        secure: way === 'tls',
        doSTARTTLS: way === 'starttls',
        tls: { ca: fs.readFileSync(certificate) },
        auth: { user: 'anna', pass: 'secret' },
        greetingTimeout: 60000,
        logger: false
    });
}

function message(number) {
    return `From: Ben <ben@example.org>\r\nTo: Anna <anna@example.org>\r\nSubject: Flow ${number}\r\n` +
        `Message-ID: <flow${number}@example.org>\r\nMIME-Version: 1.0\r\n` +
        'Content-Type: multipart/mixed; boundary=b\r\n\r\n' +
        '--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
        `${Buffer.from(`grüße ${number}`).toString('base64')}\r\n` +
        '--b\r\nContent-Type: application/pdf; name=x.pdf\r\nContent-Disposition: attachment\r\n\r\n%PDF\r\n--b--\r\n';
}

async function mailboxes(client) {
    await client.mailboxCreate('Projekte/Grün & Blau');
    await client.mailboxCreate('Old');
    await client.mailboxRename('Old', 'Older');
    await client.mailboxSubscribe('Older');
    const list = await client.list();
    const paths = list.map(entry => entry.path).sort();
    assert.deepStrictEqual(paths, ['INBOX', 'Older', 'Projekte', 'Projekte/Grün & Blau']);
    assert.ok(list.find(entry => entry.path === 'Older').subscribed);
    await client.mailboxDelete('Older');
    const status = await client.status('Projekte/Grün & Blau', { messages: true, uidNext: true });
    assert.strictEqual(status.messages, 0);
    assert.strictEqual(status.uidNext, 1);
}

async function messages(client) {
    for (let number = 1; number <= 10; number++) {
        const flags = number % 2 ? ['\\Seen', '$Odd'] : [];
        const answer = await client.append('INBOX', message(number), flags, new Date(2024, 0, number));
        assert.strictEqual(answer.uid, number);
    }
    await client.mailboxOpen('INBOX');
    assert.strictEqual(client.mailbox.exists, 10);

    let seen = 0;
    for await (const found of client.fetch('1:*', { uid: true, flags: true, envelope: true,
        bodyStructure: true, internalDate: true, size: true, source: true })) {
        seen++;
        assert.strictEqual(found.source.toString(), message(found.uid));
        assert.strictEqual(found.size, found.source.length);
        assert.strictEqual(found.envelope.subject, `Flow ${found.uid}`);
        assert.strictEqual(found.envelope.from[0].address, 'ben@example.org');
        assert.strictEqual(found.bodyStructure.childNodes.length, 2);
        assert.strictEqual(found.bodyStructure.childNodes[1].type, 'application/pdf');
        assert.strictEqual(found.flags.has('$Odd'), found.uid % 2 === 1);
        assert.strictEqual(found.internalDate.getTime(), new Date(2024, 0, found.uid).getTime());
    }
    assert.strictEqual(seen, 10);

    const { content } = await client.download('3', '1', { uid: true });
    let text = '';
    for await (const chunk of content) {
        text += chunk;
    }
    assert.strictEqual(text, 'grüße 3');

    assert.deepStrictEqual(await client.search({ seen: true, from: 'BEN' }, { uid: true }), [1, 3, 5, 7, 9]);
    assert.deepStrictEqual(await client.search({ body: 'grüße 4' }, { uid: true }), [4]);
    assert.deepStrictEqual(await client.search({ or: [{ uid: '1:2' }, { keyword: '$Odd' }] }, { uid: true }),
        [1, 2, 3, 5, 7, 9]);

    await client.messageFlagsAdd('2:3', ['\\Flagged'], { uid: true });
    await client.messageFlagsRemove('3', ['\\Flagged'], { uid: true });
    assert.deepStrictEqual(await client.search({ flagged: true }, { uid: true }), [2]);

    const copied = await client.messageCopy('4:5', 'Projekte', { uid: true });
    assert.deepStrictEqual([...copied.uidMap.keys()], [4, 5]);
    const moved = await client.messageMove('6:7', 'Projekte', { uid: true });
    assert.deepStrictEqual([...moved.uidMap.keys()], [6, 7]);
    await client.messageDelete('8', { uid: true });
    assert.deepStrictEqual(await client.search({ all: true }, { uid: true }), [1, 2, 3, 4, 5, 9, 10]);
    assert.strictEqual((await client.status('Projekte', { messages: true })).messages, 4);
}

// One session idles; what the other does reaches it at once.
async function idle(client, other) {
    await client.mailboxOpen('INBOX');
    const told = new Promise(resolve => client.once('exists', resolve));
    const flagged = new Promise(resolve => client.once('flags', resolve));
    const expunged = new Promise(resolve => client.once('expunge', resolve));
    const done = client.idle();
    await other.append('INBOX', message(11));
    assert.strictEqual((await told).count, 8);
    await other.mailboxOpen('INBOX');
    await other.messageFlagsAdd('1', ['\\Answered'], { uid: true });
    assert.strictEqual((await flagged).seq, 1);
    await other.messageDelete('2', { uid: true });
    assert.strictEqual((await expunged).seq, 2);
    await client.noop(); // ends IDLE
    await done;
}

// What extensions are for: the changes since then, ids that stay, and counts with the list.
async function extensions(client, other) {
    const { highestModseq, mailboxId, exists } = await client.mailboxOpen('INBOX');
    await other.mailboxOpen('INBOX');
    await other.messageFlagsAdd('9', ['$Later'], { uid: true });
    const changed = [];
    let id;
    for await (const found of client.fetch('1:*', { uid: true, flags: true }, { changedSince: highestModseq })) {
        changed.push(found.uid);
        assert.ok(found.flags.has('$Later'));
        assert.ok(found.modseq > highestModseq);
        id = found.emailId || id;
    }
    assert.deepStrictEqual([...new Set(changed)], [9]); // told as news, too
    assert.deepStrictEqual(await client.search({ emailId: id }, { uid: true }), [9]);
    assert.ok(mailboxId);
    const list = await client.list({ statusQuery: { messages: true } });
    assert.strictEqual(list.find(entry => entry.path === 'INBOX').status.messages, exists);
}

async function main() {
    const client = connect();
    const other = connect();
    await client.connect();
    await other.connect();
    for (const step of [mailboxes, messages, idle, extensions]) {
        if (wanted.length === 0 || wanted.includes(step.name)) {
            await step(client, other);
        }
    }
    await client.logout();
    await other.logout();
    console.log('all passed');
}

const alarm = setTimeout(() => {
    console.error('it takes too long');
    process.exit(1);
}, 110000);
main().then(() => clearTimeout(alarm)).catch(error => {
    console.error(error);
    process.exit(1);
});
