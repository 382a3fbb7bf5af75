# RFC 3516: sections without their transfer encoding, ranges of them, and their size
login
message INBOX <<EOF
Subject: parts
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b

plain =41
--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: Quoted-Printable

caf=C3=A9 =
au lait
--b
Content-Type: image/gif
Content-Transfer-Encoding: base64

R0lG
AAEC
--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Transfer-Encoding: 8bit

eight
--c--
--b
Content-Type: message/rfc822

Subject: inner
Content-Transfer-Encoding: base64

aW5uZXI=
--b--
EOF
old INBOX
open INBOX
C: a1 FETCH 1 BINARY.PEEK[1]
S: * 1 FETCH (BINARY[1] {9}
| plain =41)
S: a1 OK {{text}}
C: a2 FETCH 1 (BINARY.SIZE[1] BINARY.SIZE[2] BINARY.SIZE[3] BINARY.SIZE[5.1] BINARY.SIZE[9])
S: * 1 FETCH (BINARY.SIZE[1] 9 BINARY.SIZE[2] 13 BINARY.SIZE[3] 6 BINARY.SIZE[5.1] 5 BINARY.SIZE[9] 0)
S: a2 OK {{text}}
C: a3 FETCH 1 (BINARY.PEEK[2] BINARY.PEEK[3])
S: * 1 FETCH (BINARY[2] {13}
| caf\xc3\xa9 au lait BINARY[3] ~{6}
| GIF\x00\x01\x02)
S: a3 OK {{text}}
# a range without a NUL is an ordinary literal
C: a4 FETCH 1 (BINARY.PEEK[3]<0.3> BINARY.PEEK[3]<2.2> BINARY.PEEK[3]<4.100> BINARY.PEEK[3]<6.1> BINARY.PEEK[2]<5.4294967296>)
S: * 1 FETCH (BINARY[3]<0> {3}
| GIF BINARY[3]<2> ~{2}
| F\x00 BINARY[3]<4> {2}
| \x01\x02 BINARY[3]<6> {0}
|  BINARY[2]<5> {8}
|  au lait)
S: a4 OK {{text}}
# what is no leaf has no encoding
C: a5 FETCH 1 (BINARY.PEEK[4] BINARY.PEEK[4.1] BINARY.PEEK[5.1] BINARY.PEEK[5])
S: * 1 FETCH (BINARY[4] {52}
| --c
| Content-Transfer-Encoding: 8bit
|
| eight
| --c-- BINARY[4.1] {5}
| eight BINARY[5.1] {5}
| inner BINARY[5] {61}
| Subject: inner
| Content-Transfer-Encoding: base64
|
| aW5uZXI=)
S: a5 OK {{text}}
C: a6 FETCH 1 (BINARY.PEEK[9] BINARY.PEEK[1.1])
S: * 1 FETCH (BINARY[9] NIL BINARY[1.1] NIL)
S: a6 OK {{text}}
# without PEEK the message is seen
C: a7 FETCH 1 (BINARY[4.1]<0.1>)
S: * 1 FETCH (BINARY[4.1]<0> {1}
| e FLAGS (\Seen))
S: a7 OK {{text}}
C: a8 FETCH 1 (BINARY.PEEK[]<0.7> BINARY.SIZE[])
S: * 1 FETCH (BINARY[]<0> {7}
| Subject BINARY.SIZE[] {{number}})
S: a8 OK {{text}}
C: a9 FETCH 1 BINARY[1.TEXT]
S: a9 BAD {{text}}
C: a10 FETCH 1 BINARY.SIZE[1]<0.1>
S: a10 BAD {{text}}
