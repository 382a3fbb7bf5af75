# RFC 5258: LIST with selection and return options; the examples of section 5
login
mailbox Fruit
mailbox Fruit/Apple
mailbox Fruit/Banana
mailbox Tofu
mailbox Vegetable
mailbox Vegetable/Broccoli
mailbox Vegetable/Corn
do SUBSCRIBE INBOX
do SUBSCRIBE Fruit/Banana
do SUBSCRIBE Fruit/Peach
do SUBSCRIBE Vegetable
do SUBSCRIBE Vegetable/Broccoli
# 2: what is subscribed
C: a02 LIST (SUBSCRIBED) "" "*"
S: * LIST ({{set:\HasNoChildren \Subscribed}}) "/" {{astring:INBOX}}
S: * LIST ({{set:\HasNoChildren \Subscribed}}) "/" {{astring:Fruit/Banana}}
S: * LIST ({{set:\NonExistent \Subscribed \HasNoChildren}}) "/" {{astring:Fruit/Peach}}
S: * LIST ({{set:\HasChildren \Subscribed}}) "/" {{astring:Vegetable}}
S: * LIST ({{set:\HasNoChildren \Subscribed}}) "/" {{astring:Vegetable/Broccoli}}
S: a02 OK {{text}}
# 3: which have children
C: a03 LIST () "" "%" RETURN (CHILDREN)
S: * LIST (\HasNoChildren) "/" {{astring:INBOX}}
S: * LIST (\HasChildren) "/" {{astring:Fruit}}
S: * LIST (\HasNoChildren) "/" {{astring:Tofu}}
S: * LIST (\HasChildren) "/" {{astring:Vegetable}}
S: a03 OK {{text}}
# 6: whether they are subscribed
C: a06 LIST (REMOTE) "" "*" RETURN (SUBSCRIBED)
S: * LIST ({{set:\HasNoChildren \Subscribed}}) "/" {{astring:INBOX}}
S: * LIST (\HasChildren) "/" {{astring:Fruit}}
S: * LIST (\HasNoChildren) "/" {{astring:Fruit/Apple}}
S: * LIST ({{set:\HasNoChildren \Subscribed}}) "/" {{astring:Fruit/Banana}}
S: * LIST (\HasNoChildren) "/" {{astring:Tofu}}
S: * LIST ({{set:\HasChildren \Subscribed}}) "/" {{astring:Vegetable}}
S: * LIST ({{set:\HasNoChildren \Subscribed}}) "/" {{astring:Vegetable/Broccoli}}
S: * LIST (\HasNoChildren) "/" {{astring:Vegetable/Corn}}
S: a06 OK {{text}}
# 7: several patterns; each mailbox once, an empty one is nothing
C: a07 LIST "" ("INBOX" "Tofu" "" "Fruit/%" "Fruit/A*")
S: * LIST (\HasNoChildren) "/" {{astring:INBOX}}
S: * LIST (\HasNoChildren) "/" {{astring:Fruit/Apple}}
S: * LIST (\HasNoChildren) "/" {{astring:Fruit/Banana}}
S: * LIST (\HasNoChildren) "/" {{astring:Tofu}}
S: a07 OK {{text}}
C: a08 LIST () "" ""
S: a08 OK {{text}}
C: a09 LIST "" "" RETURN (CHILDREN)
S: a09 OK {{text}}
C: a10 LIST Fruit/ (% Banana)
S: * LIST (\HasNoChildren) "/" {{astring:Fruit/Apple}}
S: * LIST (\HasNoChildren) "/" {{astring:Fruit/Banana}}
S: a10 OK {{text}}
# names above that are not subscribed
C: a11 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
S: * LIST ({{set:\HasNoChildren \Subscribed}}) "/" {{astring:INBOX}}
S: * LIST (\HasChildren) "/" {{astring:Fruit}} ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST ({{set:\HasChildren \Subscribed}}) "/" {{astring:Vegetable}} ("CHILDINFO" ("SUBSCRIBED"))
S: a11 OK {{text}}
C: a12 LIST (SUBSCRIBED) "" "%"
S: * LIST ({{set:\HasNoChildren \Subscribed}}) "/" {{astring:INBOX}}
S: * LIST ({{set:\HasChildren \Subscribed}}) "/" {{astring:Vegetable}}
S: a12 OK {{text}}
# wrong ones
C: a13 LIST (RECURSIVEMATCH) "" "%"
S: a13 BAD {{text}}
C: a14 LIST (RECURSIVEMATCH REMOTE) "" "%"
S: a14 BAD {{text}}
C: a15 LIST (BLURDYBLOOP) "" "%"
S: a15 BAD {{text}}
C: a16 LIST "" "%" RETURN (BLURDYBLOOP)
S: a16 BAD {{text}}
# twice is once
C: a17 LIST (SUBSCRIBED SUBSCRIBED) "" "Tof*" RETURN (CHILDREN CHILDREN)
S: a17 OK {{text}}
